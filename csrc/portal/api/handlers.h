/* Handlers: one function per operation; the table in routes.c names each with its path. */
#ifndef TETHER_PORTAL_HANDLERS_H
#define TETHER_PORTAL_HANDLERS_H
#include "portal/api/call.h"

/* records.c */
portal_handler portal_record_create, portal_record_get, portal_record_list, portal_record_update, portal_record_archive,
    portal_record_merge_two, portal_record_gdpr_delete;

/* records_batch.c */
portal_handler portal_records_create, portal_records_read, portal_records_update, portal_records_upsert,
    portal_records_archive;

/* search.c */
portal_handler portal_record_search;

/* associate.c */
portal_handler portal_associate_default, portal_associate_labeled, portal_associate_typed, portal_dissociate_typed,
    portal_dissociate;

/* list.c */
portal_handler portal_associations_list, portal_batch_read;

/* associate_batch.c */
portal_handler portal_batch_create, portal_batch_default, portal_batch_archive, portal_batch_labels_archive;

/* version3.c */
portal_handler portal_v3_list, portal_v3_batch_create, portal_v3_batch_read, portal_v3_batch_archive, portal_v3_types;

/* labels.c */
portal_handler portal_labels_list, portal_labels_create, portal_labels_update, portal_labels_delete;

/* limits.c */
portal_handler portal_limits_all, portal_limits_list, portal_limits_create, portal_limits_update, portal_limits_purge;

/* tracking.c */
portal_handler portal_usage_report, portal_track_labels, portal_track_from, portal_track_to, portal_track_pair;

/* schemas.c */
portal_handler portal_schemas_list, portal_schema_create, portal_schema_get, portal_schema_update, portal_schema_delete,
    portal_schemas_read, portal_schema_associate, portal_schema_dissociate;

/* properties.c, property_groups.c */
portal_handler portal_properties_list, portal_property_get, portal_property_create, portal_property_update,
    portal_property_archive, portal_properties_create, portal_properties_read_batch, portal_properties_archive,
    portal_groups_list, portal_group_get, portal_group_create, portal_group_update, portal_group_archive;

/* pipelines.c */
portal_handler portal_pipelines_list, portal_pipeline_get, portal_pipeline_create, portal_pipeline_update,
    portal_pipeline_archive, portal_pipeline_audit, portal_stages_list, portal_stage_get, portal_stage_create,
    portal_stage_update, portal_stage_archive, portal_stage_audit;

/* owners.c */
portal_handler portal_owners_list, portal_owner_get;

/* version1.c */
portal_handler portal_v1_create, portal_v1_create_batch, portal_v1_delete, portal_v1_delete_batch;

/* tracking_account.c */
portal_handler portal_track_records, portal_track_pipelines, portal_track_properties, portal_track_objects,
    portal_track_calculated;

/* account.c */
portal_handler portal_account;

/* oauth.c */
portal_handler portal_oauth_token, portal_oauth_introspect, portal_oauth_revoke, portal_oauth_access_token,
    portal_oauth_refresh_token, portal_oauth_delete_refresh_token, portal_oauth_private_app;

/* limiter.c */
portal_handler portal_api_usage;

/* admin.c */
portal_handler portal_admin_state, portal_admin_seed, portal_admin_reset, portal_admin_fault, portal_admin_clear_faults,
    portal_admin_switches, portal_admin_clock, portal_admin_counters, portal_admin_reports, portal_admin_log,
    portal_admin_clear_log;

/* snapshots/keeping.c */
portal_handler portal_snapshots_list, portal_snapshot_keep, portal_snapshot_restore, portal_snapshot_drop;

/* snapshots/forks.c */
portal_handler portal_forks_list, portal_fork_open, portal_fork_close;

/* page/ */
portal_handler portal_page, portal_page_file, portal_page_overview, portal_page_find, portal_page_record,
    portal_page_pair, portal_page_lab, portal_page_fault_drop, portal_page_log_live, portal_page_log_entry;

/* webhooks.c */
portal_handler portal_hook_settings_get, portal_hook_settings_put, portal_hook_settings_delete,
    portal_subscriptions_list, portal_subscription_create, portal_subscription_get, portal_subscription_update,
    portal_subscription_delete, portal_subscriptions_update, portal_admin_subscribe, portal_admin_webhooks,
    portal_admin_clear_webhooks, portal_admin_deliveries, portal_admin_clear_deliveries;
#endif
