### Pages in Jira that the server makes: the shell of the app, and the page that explains why it
### cannot open.

page-loading = Loading…
page-front-title = Asset management for Jira
page-front = Asset management for Jira, on an event log. Open it from inside Jira.
page-front-descriptor = App descriptor
page-front-api = API
page-front-readiness = Readiness
page-refused-title = Tally cannot open
page-refused-heading = Tally cannot open here
page-refused-remedy = What to do
