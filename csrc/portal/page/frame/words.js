// How numbers, times, types and records are written.
import { el, link, text } from "./dom.js";

const grouped = new Intl.NumberFormat("en");
export const number = (value) => grouped.format(value);
export const counted = (value, one, many) => `${number(value)} ${value === 1 ? one : (many ?? `${one}s`)}`;

const two = (value) => String(value).padStart(2, "0");

// 2026-11-28 11:40:12, in the time zone of who looks.
export function time(ms) {
  const at = new Date(ms);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${clock(ms)}`;
}
export function clock(ms, fine) {
  const at = new Date(ms);
  const whole = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  return fine ? `${whole}.${String(at.getMilliseconds()).padStart(3, "0")}` : whole;
}
export const took = (us) =>
  us < 1000 ? `${us} µs` : us < 1e6 ? `${(us / 1000).toFixed(1)} ms` : `${(us / 1e6).toFixed(1)} s`;
export const bytes = (size) =>
  size < 1024 ? `${size} B` : size < 1 << 20 ? `${(size / 1024).toFixed(1)} kB` : `${(size / (1 << 20)).toFixed(1)} MB`;

const part = encodeURIComponent;
export const recordAddress = (record) => `#/record/${part(record.type)}/${part(record.id)}`;
export const pairAddress = (from, to) => `#/pairs/${part(from)}/${part(to)}`;
export const titleOf = (record) => record.title || `${record.type} ${record.id}`;

export const recordLink = (record) => link(recordAddress(record), text(titleOf(record)));

// What a type is called on a link: its label, or what kind it is.
export const typeWords = (type) =>
  type.label ?? (type.kind === "primary" ? "Primary" : type.kind === "unlabeled" ? "" : type.name);

// The labels of one direction, without the plain type that every link has.
export const labelsOf = (types) => (types ?? []).map(typeWords).filter((words) => words !== "");

export function chips(types, mark) {
  return (types ?? [])
    .filter((type) => typeWords(type) !== "")
    .map((type) =>
      el(
        "span",
        { class: `chip ${type.kind === "primary" ? "primary" : ""}`, title: `${type.category} ${type.id}` },
        mark && el("span", { class: "mark", "aria-hidden": "true" }, mark),
        text(typeWords(type)),
      ),
    );
}
