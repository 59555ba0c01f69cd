### Pages in Jira that the server makes: the shell of the app, and the page that explains why it
### cannot open.

page-loading = Wird geladen …
page-front-title = Asset-Verwaltung für Jira
page-front = Asset-Verwaltung für Jira, auf einem Ereignisprotokoll. Öffnen Sie Tally in Jira.
page-front-descriptor = App-Deskriptor
page-front-api = API
page-front-readiness = Bereitschaft
page-refused-title = Tally lässt sich nicht öffnen
page-refused-heading = Tally lässt sich hier nicht öffnen
page-refused-remedy = Was Sie tun können
