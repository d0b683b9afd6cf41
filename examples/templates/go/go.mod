module model

go 1.18
