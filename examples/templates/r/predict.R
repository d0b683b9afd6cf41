# How many minutes a delivery takes. Replace the model, the columns and predict_minutes by your own.

source("merlin_adapter.R")

folder <- Sys.getenv("CARAML_ARTIFACT_LOCATION", "artifact")
model <- readRDS(file.path(folder, "model.rds"))
zones <- model$xlevels$zone

predict_minutes <- function(body) {
  rows <- instances(body, c("km", "stops", "zone"))
  if (nrow(rows) == 0) return(list(predictions = list()))
  for (column in c("km", "stops")) rows[[column]] <- suppressWarnings(as.numeric(rows[[column]])) # NA if it is no number
  good <- rows$km >= 0 & rows$km <= 1000 & rows$stops >= 0 & rows$stops <= 100 & rows$zone %in% zones
  bad <- which(!(good %in% TRUE))
  if (length(bad) > 0) {
    refuse(422, "instances[", bad[1] - 1, "]: km must be from 0 to 1000, stops from 0 to 100, and zone one of ",
           paste(zones, collapse = ", "))
  }
  list(predictions = round(predict(model, rows), 1))
}

serve(predict_minutes)
