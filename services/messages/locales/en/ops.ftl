### The operator's pages.

ops-product = Tally operations
ops-skip = Skip to the content
ops-navigation = Operations
ops-overview = Overview
ops-status-page = Public status page
ops-log-out = Log out
ops-refused = Refused
ops-refused-heading = The request was refused
ops-back = Back to the overview
ops-log-in = Log in
ops-token = Token
ops-token-hint = The token of the running server: TALLY_OPS_TOKEN or TALLY_OPS_TOKEN_FILE.

## Overview

overview-as-of = As of { $time }, release { $release }. The page reloads itself every { NUMBER($seconds) } s.
overview-calm = No alarm fires and no tenant fails.
overview-failing = No alarm fires. Tenants failing: { NUMBER($failing) }.
overview-alarms = Alarms firing: { NUMBER($alarms) }. Tenants failing: { NUMBER($failing) }.
overview-by-hand = Sites whose admin must update or reinstall by hand
overview-no-site-waits = No site waits: every site that an incident names is repaired.

alarms-title = Alarms
alarms-none = No alarm fires: every signal is below its threshold.
notices-waiting = Messages that wait for a channel
notices-firing = fires
notices-resolved = is over
alarm-firing = firing
alarm-since = since
alarm-unknown = This version of Tally does not have this alarm; another version fired it.
alarm-measured = Measured { NUMBER($value) }, fires from { NUMBER($limit) }.
alarm-tenants = Tenants when it fired: { NUMBER($tenants) }.
alarm-do-first = What to do first:
alarm-runbook = Runbook:

failing-title = Tenants failing
failing-none = No tenant fails: the latest request of every tenant verified.
failing-reason = Reason
failing-last-good = Last good request
failing-last-good-unknown = none known
failing-code-unknown = This version of Tally does not know this code.
more-tenants = And { NUMBER($more) } more: see /ops/api/tenants.
more-sites = And { NUMBER($more) } more: see /ops/api/incidents.

site = Site
since = Since
reason = Reason
address-unknown = address unknown

## Releases

releases-title = Releases
releases-none = No release bakes. A release begins to bake with tally release stage VERSION.
releases-ended = Ended releases
release-title = Release { $version }
release-state-baking = baking
release-state-failed = failed
release-state-promoted = promoted
release-state-aborted = aborted
release-staged = Staged
release-staged-at = staged
release-details = Details, abort
release-last-probe = Last probe
release-no-probe = none has reported
release-probe-failed = failed at the step { $step }
release-broken = Tenants it may have broken
release-descriptor = Descriptor
release-no-descriptor = not given
release-ended = Ended
release-baked = Baked { $baked } of { $total }.
release-not-counting = not counting
release-counting = counting
release-done = done
release-promotable = It can be promoted.
release-probe-passed = The last probe passed:
release-promote = Promote { $version }
release-abort = Abort { $version }
release-abort-title = Abort
release-why-probe-failed = The last probe failed at the step { $step } ({ $code }).
release-why-failing = Tenants that began to fail while it baked and still do: { NUMBER($failing) }.
release-why-no-probe =
    No probe has reported yet. Time counts from probe to probe: tally probe --release … --report.
release-why-gap = The last probe reported { $ago } ago; time between probes counts only up to { $gap }.

## Incidents

incidents-title = Incidents
incidents-none = No incident is open: the status page shows only what the alarms say.
incidents-past = Past incidents
incident-propose = Propose an incident
incident-not-public = It is not public before it is confirmed.
incident-form-title = Title
incident-form-component = Which part of Tally
incident-form-tenants = Affected tenants: their ids, separated by spaces
incident-form-everyone = Everyone
incident-form-propose = Propose
incident-no-postmortem = no postmortem yet
incident-next-confirm = Confirm or dismiss it
incident-next-update = Publish an update, or resolve it
incident-affected = Affected: { $affected }.
incident-proposed-by-alarm = Proposed by { $alarm }.
incident-since = { $component }, since
incident-id = Incident
incident-proposed = Proposed
incident-proposed-by = { $time } by { $alarm }
incident-proposed-by-operator = { $time } by the operator
incident-public-since = Public since
incident-resolved = Resolved
incident-affected-label = Affected
incident-published = What was published
incident-nothing-published = Nothing yet. It is not public before it is confirmed.
incident-sites = Sites it names
incident-no-sites = None by name.
incident-affected-since = Affected since
incident-repaired = Repaired
incident-waits = waits for its admin
affected-everyone = everyone
affected-everyone-and = everyone; { $named }
affected-none = no tenant by name
affected-tenants =
    { NUMBER($affected) ->
        [one] { NUMBER($affected) } tenant, { NUMBER($repaired) } of them repaired
       *[other] { NUMBER($affected) } tenants, { NUMBER($repaired) } of them repaired
    }

act-confirm = Confirm
act-confirm-summary = Confirm: make it public
act-confirm-title = Title, published
act-confirm-message = What is known, for the public
act-dismiss = Dismiss
act-dismiss-summary = Dismiss: it is not an incident
act-dismiss-reason = Reason, not published
act-postmortem-summary = Publish a postmortem
act-postmortem-again = Publish the postmortem again
act-postmortem-text = What happened, why, and what was learned, for the public
act-publish = Publish
act-update-summary = Publish an update
act-update-message = What is new, for the public
act-resolve = Resolve
act-resolve-summary = Resolve: it is over
act-resolve-message = How it ended, for the public
act-progress = Progress
act-phase-investigating = investigating: we are looking for the cause
act-phase-identified = identified: the cause is known
act-phase-monitoring = monitoring: it is repaired and being observed

## One tenant

tenant-site = The site
tenant-id = Tenant
tenant-client-key = Client key
tenant-status = Status
tenant-status-installed = installed
tenant-status-enabled = enabled
tenant-status-disabled = disabled
tenant-status-uninstalled = uninstalled
tenant-first-installed = First installed
tenant-last-handshake = Last signed installation
tenant-last-page = Last page served
tenant-never = none since this server started
tenant-refused-since = Its requests have been refused since
tenant-last-good = The last request that verified:
tenant-well = All its recent requests verify.
tenant-diagnosis = Diagnosis
tenant-no-problem = No known problem was found.
tenant-what-to-do = What to do:
tenant-admin-is-shown = The site's admin is shown:
likelihood-note = good to know
likelihood-possible = possible
likelihood-likely = likely
likelihood-certain = certain

secrets-title = Secrets
secrets-fingerprint = Fingerprint
secrets-standing = Standing
secrets-last-use = Last use
secrets-uses = Uses
secret-current = current
secret-previous = previous
secret-candidate = candidate
secret-superseded = superseded

callbacks-title = Callbacks
callbacks-none = The install log has no callback of this site.
callbacks-when = When
callbacks-callback = Callback
callbacks-outcome = Outcome
callbacks-reason = Reason, and what to do
callback-accepted = accepted
callback-refused = refused

timeline-title = What happened to the installation
timeline-what = What
timeline-secret = Secret

periods-title = When its requests were refused
periods-none = Its requests were never refused for long enough to count.
periods-from = From
periods-to = To
periods-now = now
periods-ended = How it ended
period-recovered = recovered
period-left = left
period-open = not ended yet
