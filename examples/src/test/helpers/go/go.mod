module helped

go 1.18

require deliveries v0.0.0

replace deliveries => ../../../../templates/go
