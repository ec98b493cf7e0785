#include "portal/store/records/standard.h"

#include <string.h>

#define LIFECYCLE                                                                                                      \
  "subscriber=Subscriber,lead=Lead,marketingqualifiedlead=Marketing Qualified Lead,salesqualifiedlead=Sales "          \
  "Qualified Lead,opportunity=Opportunity,customer=Customer,evangelist=Evangelist,other=Other"
#define LEAD_STATUS                                                                                                    \
  "NEW=New,OPEN=Open,IN_PROGRESS=In Progress,OPEN_DEAL=Open Deal,UNQUALIFIED=Unqualified,ATTEMPTED_TO_CONTACT="        \
  "Attempted to Contact,CONNECTED=Connected,BAD_TIMING=Bad Timing"
#define DEAL_STAGES                                                                                                    \
  "appointmentscheduled=Appointment Scheduled,qualifiedtobuy=Qualified To Buy,presentationscheduled=Presentation "     \
  "Scheduled,decisionmakerboughtin=Decision Maker Bought-In,contractsent=Contract Sent,closedwon=Closed Won,"          \
  "closedlost=Closed Lost"
#define TICKET_STAGES "1=New,2=Waiting on contact,3=Waiting on us,4=Closed"
#define PRIORITY "LOW=Low,MEDIUM=Medium,HIGH=High"

static const portal_standard properties[] = {
    {"", "hs_object_id", "Record ID", "number", "number", "", true},
    {"", "hs_createdate", "Object create date/time", "datetime", "date", "", true},
    {"", "hs_lastmodifieddate", "Object last modified date/time", "datetime", "date", "", true},
    {"", "hs_merged_object_ids", "Merged record IDs", "enumeration", "checkbox", "", true},
    {"", "hubspot_owner_id", "Owner", "enumeration", "select", "", false},
    {"", "hubspot_team_id", "Team", "enumeration", "select", "", false},
    {"", "hs_created_by_user_id", "Created by user ID", "number", "number", "", true},
    {"contact", "email", "Email", "string", "text", "", false},
    {"contact", "firstname", "First Name", "string", "text", "", false},
    {"contact", "lastname", "Last Name", "string", "text", "", false},
    {"contact", "phone", "Phone Number", "string", "phonenumber", "", false},
    {"contact", "mobilephone", "Mobile Phone Number", "string", "phonenumber", "", false},
    {"contact", "company", "Company Name", "string", "text", "", false},
    {"contact", "jobtitle", "Job Title", "string", "text", "", false},
    {"contact", "website", "Website URL", "string", "text", "", false},
    {"contact", "address", "Street Address", "string", "text", "", false},
    {"contact", "city", "City", "string", "text", "", false},
    {"contact", "state", "State/Region", "string", "text", "", false},
    {"contact", "zip", "Postal Code", "string", "text", "", false},
    {"contact", "country", "Country/Region", "string", "text", "", false},
    {"contact", "lifecyclestage", "Lifecycle Stage", "enumeration", "radio", LIFECYCLE, false},
    {"contact", "hs_lead_status", "Lead Status", "enumeration", "radio", LEAD_STATUS, false},
    {"contact", "hs_additional_emails", "Additional email addresses", "enumeration", "checkbox", "", true},
    {"contact", "associatedcompanyid", "Primary Associated Company ID", "number", "number", "", true},
    {"contact", "createdate", "Create Date", "datetime", "date", "", true},
    {"contact", "lastmodifieddate", "Last Modified Date", "datetime", "date", "", true},
    {"company", "name", "Company name", "string", "text", "", false},
    {"company", "domain", "Company Domain Name", "string", "text", "", false},
    {"company", "website", "Website URL", "string", "text", "", false},
    {"company", "phone", "Phone Number", "string", "phonenumber", "", false},
    {"company", "address", "Street Address", "string", "text", "", false},
    {"company", "city", "City", "string", "text", "", false},
    {"company", "state", "State/Region", "string", "text", "", false},
    {"company", "zip", "Postal Code", "string", "text", "", false},
    {"company", "country", "Country/Region", "string", "text", "", false},
    {"company", "industry", "Industry", "enumeration", "select", "", false},
    {"company", "description", "Description", "string", "textarea", "", false},
    {"company", "numberofemployees", "Number of Employees", "number", "number", "", false},
    {"company", "annualrevenue", "Annual Revenue", "number", "number", "", false},
    {"company", "lifecyclestage", "Lifecycle Stage", "enumeration", "radio", LIFECYCLE, false},
    {"company", "hs_additional_domains", "Additional Domains", "enumeration", "checkbox", "", true},
    {"company", "createdate", "Create Date", "datetime", "date", "", true},
    {"deal", "dealname", "Deal Name", "string", "text", "", false},
    {"deal", "dealstage", "Deal Stage", "enumeration", "radio", DEAL_STAGES, false},
    {"deal", "pipeline", "Pipeline", "enumeration", "select", "default=Sales Pipeline", false},
    {"deal", "amount", "Amount", "number", "number", "", false},
    {"deal", "closedate", "Close Date", "datetime", "date", "", false},
    {"deal", "dealtype", "Deal Type", "enumeration", "radio",
     "newbusiness=New Business,existingbusiness=Existing Business", false},
    {"deal", "description", "Deal Description", "string", "textarea", "", false},
    {"deal", "hs_priority", "Priority", "enumeration", "select", "low=Low,medium=Medium,high=High", false},
    {"deal", "createdate", "Create Date", "datetime", "date", "", true},
    {"ticket", "subject", "Ticket name", "string", "text", "", false},
    {"ticket", "content", "Ticket description", "string", "textarea", "", false},
    {"ticket", "hs_pipeline", "Pipeline", "enumeration", "select", "0=Support Pipeline", false},
    {"ticket", "hs_pipeline_stage", "Ticket status", "enumeration", "select", TICKET_STAGES, false},
    {"ticket", "hs_ticket_priority", "Priority", "enumeration", "select", PRIORITY, false},
    {"ticket", "hs_ticket_category", "Category", "enumeration", "checkbox", "", false},
    {"ticket", "createdate", "Create date", "datetime", "date", "", true},
    {"product", "name", "Name", "string", "text", "", false},
    {"product", "description", "Product description", "string", "textarea", "", false},
    {"product", "price", "Unit price", "number", "number", "", false},
    {"product", "hs_sku", "SKU", "string", "text", "", false},
    {"product", "createdate", "Create Date", "datetime", "date", "", true},
    {"line_item", "name", "Name", "string", "text", "", false},
    {"line_item", "price", "Unit price", "number", "number", "", false},
    {"line_item", "quantity", "Quantity", "number", "number", "", false},
    {"line_item", "amount", "Net price", "number", "number", "", true},
    {"line_item", "hs_product_id", "Product ID", "number", "number", "", false},
    {"line_item", "createdate", "Create Date", "datetime", "date", "", true},
    {"lead", "hs_lead_name", "Lead Name", "string", "text", "", false},
    {"lead", "hs_lead_type", "Lead Type", "enumeration", "select",
     "NEW_BUSINESS=New business,UPSELL=Upsell,RE_ATTEMPTING=Re-attempting", false},
    {"lead", "hs_pipeline", "Pipeline", "enumeration", "select", "lead-pipeline-id=Lead pipeline", false},
    {"lead", "hs_pipeline_stage", "Lead stage", "enumeration", "select", "", false},
    {"note", "hs_note_body", "Note body", "string", "html", "", false},
    {"note", "hs_timestamp", "Activity date", "datetime", "date", "", false},
    {"call", "hs_call_title", "Call title", "string", "text", "", false},
    {"call", "hs_call_body", "Call notes", "string", "html", "", false},
    {"call", "hs_timestamp", "Activity date", "datetime", "date", "", false},
    {"email", "hs_email_subject", "Email subject", "string", "text", "", false},
    {"email", "hs_email_text", "Email body", "string", "textarea", "", false},
    {"email", "hs_timestamp", "Activity date", "datetime", "date", "", false},
    {"meeting", "hs_meeting_title", "Meeting name", "string", "text", "", false},
    {"meeting", "hs_meeting_body", "Meeting description", "string", "html", "", false},
    {"meeting", "hs_timestamp", "Activity date", "datetime", "date", "", false},
    {"task", "hs_task_subject", "Task Title", "string", "text", "", false},
    {"task", "hs_task_body", "Task notes", "string", "html", "", false},
    {"task", "hs_task_status", "Task Status", "enumeration", "select",
     "NOT_STARTED=Not started,IN_PROGRESS=In progress,WAITING=Waiting,COMPLETED=Completed,DEFERRED=Deferred", false},
    {"task", "hs_task_priority", "Priority", "enumeration", "select", "NONE=None," PRIORITY, false},
    {"task", "hs_timestamp", "Due date", "datetime", "date", "", false},
};

enum { COUNT = sizeof properties / sizeof *properties };

static bool belongs(const portal_standard *property, const portal_object *object) {
  return !*property->object || strcmp(property->object, object->singular) == 0;
}

const portal_standard *portal_standard_each(const portal_object *object, size_t *place) {
  while (*place < COUNT && !belongs(&properties[*place], object)) ++*place;
  return *place < COUNT ? &properties[(*place)++] : NULL;
}

const portal_standard *portal_standard_find(const portal_object *object, const char *name) {
  size_t place = 0;
  const portal_standard *property;
  while ((property = portal_standard_each(object, &place)))
    if (strcmp(property->name, name) == 0) return property;
  return NULL;
}

#define STAGE(order, id, label, metadata)                                                                              \
  "{\"id\":\"" id "\",\"label\":\"" label "\",\"displayOrder\":" order ",\"metadata\":{" metadata "}}"
#define DEAL_STAGE(order, id, label, probability, closed)                                                              \
  STAGE(order, id, label, "\"isClosed\":\"" closed "\",\"probability\":\"" probability "\"")
#define TICKET_STAGE(order, id, label, state)                                                                          \
  STAGE(order, id, label, "\"ticketState\":\"" state "\",\"isClosed\":\"false\"")
#define PIPELINE(id, label, stages)                                                                                    \
  "[{\"id\":\"" id "\",\"label\":\"" label "\",\"displayOrder\":0,\"stages\":[" stages "]}]"

static const struct {
  const char *object, *pipelines;
} pipelines[] = {
    {"deal",
     PIPELINE("default", "Sales Pipeline",
              DEAL_STAGE("0", "appointmentscheduled", "Appointment Scheduled", "0.2", "false") "," DEAL_STAGE(
                  "1", "qualifiedtobuy", "Qualified To Buy", "0.4",
                  "false") "," DEAL_STAGE("2", "presentationscheduled", "Presentation Scheduled", "0.6",
                                          "false") "," DEAL_STAGE("3", "decisionmakerboughtin",
                                                                  "Decision Maker Bought-In", "0.8",
                                                                  "false") "," DEAL_STAGE("4", "contractsent",
                                                                                          "Contract Sent", "0.9",
                                                                                          "false") "," //
              DEAL_STAGE("5", "closedwon", "Closed Won", "1.0", "true") ","                            //
              DEAL_STAGE("6", "closedlost", "Closed Lost", "0.0", "true"))},
    {"ticket",
     PIPELINE("0", "Support Pipeline",
              TICKET_STAGE("0", "1", "New", "OPEN") "," TICKET_STAGE("1", "2", "Waiting on contact", "OPEN") "," //
              TICKET_STAGE("2", "3", "Waiting on us", "OPEN") ","                                                //
              STAGE("3", "4", "Closed", "\"ticketState\":\"CLOSED\",\"isClosed\":\"true\""))},
    {"lead", PIPELINE("lead-pipeline-id", "Lead pipeline",
                      STAGE("0", "new-stage-id", "New", "\"leadState\":\"NEW\"") ","                       //
                      STAGE("1", "attempting-stage-id", "Attempting", "\"leadState\":\"IN_PROGRESS\"") "," //
                      STAGE("2", "connected-stage-id", "Connected", "\"leadState\":\"IN_PROGRESS\"") ","   //
                      STAGE("3", "qualified-stage-id", "Qualified", "\"leadState\":\"QUALIFIED\"") ","     //
                      STAGE("4", "unqualified-stage-id", "Disqualified", "\"leadState\":\"UNQUALIFIED\""))},
};

const char *portal_standard_pipelines(const portal_object *object) {
  for (size_t i = 0; i < sizeof pipelines / sizeof *pipelines; i++)
    if (strcmp(pipelines[i].object, object->singular) == 0) return pipelines[i].pipelines;
  return NULL;
}
