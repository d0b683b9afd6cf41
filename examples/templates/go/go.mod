module deliveries

go 1.18
