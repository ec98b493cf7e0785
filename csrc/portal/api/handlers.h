/* Handlers: one function per operation; the table in routes.c names each with its path. */
#ifndef TETHER_PORTAL_HANDLERS_H
#define TETHER_PORTAL_HANDLERS_H
#include "portal/api/call.h"

/* records.c */
bool portal_record_create(portal_call *call);
bool portal_record_get(portal_call *call);
bool portal_record_list(portal_call *call);
bool portal_record_update(portal_call *call);
bool portal_record_archive(portal_call *call);
bool portal_record_merge_two(portal_call *call);
bool portal_record_gdpr_delete(portal_call *call);

/* records_batch.c */
bool portal_records_create(portal_call *call);
bool portal_records_read(portal_call *call);
bool portal_records_update(portal_call *call);
bool portal_records_upsert(portal_call *call);
bool portal_records_archive(portal_call *call);

/* search.c */
bool portal_record_search(portal_call *call);

/* associate.c */
bool portal_associate_default(portal_call *call);
bool portal_associate_labeled(portal_call *call);
bool portal_associate_typed(portal_call *call);
bool portal_dissociate_typed(portal_call *call);
bool portal_dissociate(portal_call *call);

/* list.c */
bool portal_associations_list(portal_call *call);
bool portal_batch_read(portal_call *call);

/* associate_batch.c */
bool portal_batch_create(portal_call *call);
bool portal_batch_default(portal_call *call);
bool portal_batch_archive(portal_call *call);
bool portal_batch_labels_archive(portal_call *call);

/* version3.c */
bool portal_v3_list(portal_call *call);
bool portal_v3_batch_create(portal_call *call);
bool portal_v3_batch_read(portal_call *call);
bool portal_v3_batch_archive(portal_call *call);
bool portal_v3_types(portal_call *call);

/* labels.c */
bool portal_labels_list(portal_call *call);
bool portal_labels_create(portal_call *call);
bool portal_labels_update(portal_call *call);
bool portal_labels_delete(portal_call *call);

/* limits.c */
bool portal_limits_all(portal_call *call);
bool portal_limits_list(portal_call *call);
bool portal_limits_create(portal_call *call);
bool portal_limits_update(portal_call *call);
bool portal_limits_purge(portal_call *call);

/* tracking.c */
bool portal_usage_report(portal_call *call);
bool portal_track_labels(portal_call *call);
bool portal_track_from(portal_call *call);
bool portal_track_to(portal_call *call);
bool portal_track_pair(portal_call *call);

/* schemas.c */
bool portal_schemas_list(portal_call *call);
bool portal_schema_create(portal_call *call);
bool portal_schema_get(portal_call *call);
bool portal_schema_update(portal_call *call);
bool portal_schema_delete(portal_call *call);
bool portal_schemas_read(portal_call *call);
bool portal_schema_associate(portal_call *call);
bool portal_schema_dissociate(portal_call *call);

/* properties.c, property_groups.c */
bool portal_properties_list(portal_call *call);
bool portal_property_get(portal_call *call);
bool portal_property_create(portal_call *call);
bool portal_property_update(portal_call *call);
bool portal_property_archive(portal_call *call);
bool portal_properties_create(portal_call *call);
bool portal_properties_read_batch(portal_call *call);
bool portal_properties_archive(portal_call *call);
bool portal_groups_list(portal_call *call);
bool portal_group_get(portal_call *call);
bool portal_group_create(portal_call *call);
bool portal_group_update(portal_call *call);
bool portal_group_archive(portal_call *call);

/* pipelines.c */
bool portal_pipelines_list(portal_call *call);
bool portal_pipeline_get(portal_call *call);
bool portal_pipeline_create(portal_call *call);
bool portal_pipeline_update(portal_call *call);
bool portal_pipeline_archive(portal_call *call);
bool portal_pipeline_audit(portal_call *call);
bool portal_stages_list(portal_call *call);
bool portal_stage_get(portal_call *call);
bool portal_stage_create(portal_call *call);
bool portal_stage_update(portal_call *call);
bool portal_stage_archive(portal_call *call);
bool portal_stage_audit(portal_call *call);

/* owners.c */
bool portal_owners_list(portal_call *call);
bool portal_owner_get(portal_call *call);

/* version1.c */
bool portal_v1_create(portal_call *call);
bool portal_v1_create_batch(portal_call *call);
bool portal_v1_delete(portal_call *call);
bool portal_v1_delete_batch(portal_call *call);

/* tracking_account.c */
bool portal_track_records(portal_call *call);
bool portal_track_pipelines(portal_call *call);
bool portal_track_properties(portal_call *call);
bool portal_track_objects(portal_call *call);
bool portal_track_calculated(portal_call *call);

/* account.c */
bool portal_account(portal_call *call);

/* oauth.c */
bool portal_oauth_token(portal_call *call);
bool portal_oauth_introspect(portal_call *call);
bool portal_oauth_revoke(portal_call *call);
bool portal_oauth_access_token(portal_call *call);
bool portal_oauth_refresh_token(portal_call *call);
bool portal_oauth_delete_refresh_token(portal_call *call);
bool portal_oauth_private_app(portal_call *call);

/* limiter.c */
bool portal_api_usage(portal_call *call);

/* admin.c */
bool portal_admin_state(portal_call *call);
bool portal_admin_seed(portal_call *call);
bool portal_admin_reset(portal_call *call);
bool portal_admin_fault(portal_call *call);
bool portal_admin_clear_faults(portal_call *call);
bool portal_admin_switches(portal_call *call);
bool portal_admin_clock(portal_call *call);
bool portal_admin_counters(portal_call *call);
bool portal_admin_reports(portal_call *call);
bool portal_admin_log(portal_call *call);
bool portal_admin_clear_log(portal_call *call);

/* snapshots/keeping.c */
bool portal_snapshots_list(portal_call *call);
bool portal_snapshot_keep(portal_call *call);
bool portal_snapshot_restore(portal_call *call);
bool portal_snapshot_drop(portal_call *call);

/* snapshots/forks.c */
bool portal_forks_list(portal_call *call);
bool portal_fork_open(portal_call *call);
bool portal_fork_close(portal_call *call);

/* page/ */
bool portal_page(portal_call *call);
bool portal_page_file(portal_call *call);
bool portal_page_overview(portal_call *call);
bool portal_page_find(portal_call *call);
bool portal_page_record(portal_call *call);
bool portal_page_pair(portal_call *call);
bool portal_page_lab(portal_call *call);
bool portal_page_fault_drop(portal_call *call);
bool portal_page_log_live(portal_call *call);
bool portal_page_log_entry(portal_call *call);

/* webhooks.c */
bool portal_hook_settings_get(portal_call *call);
bool portal_hook_settings_put(portal_call *call);
bool portal_hook_settings_delete(portal_call *call);
bool portal_subscriptions_list(portal_call *call);
bool portal_subscription_create(portal_call *call);
bool portal_subscription_get(portal_call *call);
bool portal_subscription_update(portal_call *call);
bool portal_subscription_delete(portal_call *call);
bool portal_subscriptions_update(portal_call *call);
bool portal_admin_subscribe(portal_call *call);
bool portal_admin_webhooks(portal_call *call);
bool portal_admin_clear_webhooks(portal_call *call);
bool portal_admin_deliveries(portal_call *call);
bool portal_admin_clear_deliveries(portal_call *call);
#endif
