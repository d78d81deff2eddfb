KIND = 'latency'
TITLE = '2 blocks are too few for a finding: 4 more would do'
SUBTITLE = 'echo, 20 tasks · 2 cores · 2 blocks, each row by itself · ribbon = 95 % interval, hollow = not believed · noise grade D'
CAPTION = 'AMD EPYC, 2 cores, Linux 6.18 · 2026-01-01 · seed 436654461489504'
CORES = 2
AXIS = 'requests per second'
AT = 'at 4000 requests per second'
SHARE = 'median'
SERIES = 2
MODEL1 = 'event_loop'
LABEL1 = 'event_loop'
MODEL2 = 'threads'
LABEL2 = 'threads'
DESC = '? 2 blocks are too few for a finding: 4 more would do. Median and 95 % interval: event_loop at 2000: 0.126 ms, baseline; threads at 2000: 0.158 ms, overloaded; event_loop at 4000: 0.0963 ms, baseline; threads at 4000: 0.152 ms, overloaded.'
