### What pages and messages share.

duration-days = { NUMBER($days) } Tg.
duration-hours = { NUMBER($hours) } Std.
duration-minutes = { NUMBER($minutes) } Min.
duration-seconds = { NUMBER($seconds) } Sek.

code = Code
request = Anfrage
