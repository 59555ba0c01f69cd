### What pages and messages share.

duration-days = { NUMBER($days) } d
duration-hours = { NUMBER($hours) } h
duration-minutes = { NUMBER($minutes) } min
duration-seconds = { NUMBER($seconds) } s

code = Code
request = Request
