# Makes artifact/model.rds of deliveries.csv. Rscript train.R
deliveries <- read.csv("deliveries.csv", stringsAsFactors = TRUE)
model <- lm(minutes ~ 0 + km + stops + zone, deliveries, model = FALSE, qr = TRUE)
model$residuals <- model$fitted.values <- model$effects <- NULL # not needed to predict
saveRDS(model, "artifact/model.rds")
