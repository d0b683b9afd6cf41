# Credit scoring: JSON lines in, JSON lines out. README.md says what the numbers mean.

script <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
folder <- Sys.getenv("CARAML_ARTIFACT_LOCATION")
model <- readRDS(file.path(if (nzchar(folder)) folder else file.path(dirname(script), "artifact"), "model.rds"))

limits <- list(income = c(1, 1e7), loan = c(1, 1e8), months = c(1, 600), late_payments = c(0, 1000))
employments <- model$xlevels$employment
columns <- c(names(limits), "employment")

# The caller's mistake, where any other error is a fault of ours.
refuse <- function(...) {
  stop(structure(class = c("refusal", "error", "condition"), list(message = paste0(...), call = NULL)))
}

show <- function(value) substr(jsonlite::toJSON(value, auto_unbox = TRUE, null = "null", digits = NA), 1, 40)

# One instance as a list with names, given as an object or as a list in the order of the columns.
read_row <- function(instance, where) {
  if (is.list(instance) && is.null(names(instance)) && length(instance) == length(columns)) {
    names(instance) <- columns
  }
  if (!is.list(instance) || is.null(names(instance))) {
    refuse(where, ": must be an object or a list of ", paste(columns, collapse = ", "))
  }
  for (name in names(limits)) {
    value <- instance[[name]]
    limit <- limits[[name]]
    if (!is.numeric(value) || !isTRUE(value >= limit[1] && value <= limit[2])) {
      refuse(where, ": ", name, " is ", show(value), " (expected: a number from ", limit[1], " to ",
             format(limit[2], scientific = FALSE), ")")
    }
  }
  if (!is.character(instance[["employment"]]) || !instance[["employment"]] %in% employments) {
    refuse(where, ": employment is ", show(instance[["employment"]]), " (expected: ",
           paste(employments, collapse = ", "), ")")
  }
  instance[columns]
}

read_rows <- function(line) {
  # fromJSON() would take a line for the name of a file, should there be one.
  request <- tryCatch(jsonlite::parse_json(line), error = function(fault) NULL)
  instances <- if (is.list(request)) request[["instances"]]
  if (!is.list(instances) || !is.null(names(instances))) {
    refuse('the request must be {"instances": [...]} that jsonlite can read')
  }
  rows <- Map(read_row, instances, sprintf("instances[%d]", seq_along(instances) - 1))
  number <- function(name) vapply(rows, function(row) as.numeric(row[[name]]), 0)
  data.frame(
    sapply(names(limits), number, simplify = FALSE),
    employment = factor(vapply(rows, `[[`, "", "employment"), employments)
  )
}

score <- function(rows) {
  if (nrow(rows) == 0) return(list())
  log_odds <- predict(model, rows, type = "link")
  points <- 600 - 20 / log(2) * (log_odds + log(30))
  data.frame(
    probability = round(predict(model, rows, type = "response"), 6),
    score = pmin(pmax(round(points), 300), 850)
  )
}

answer <- function(line) {
  tryCatch(
    list(predictions = score(read_rows(line))),
    refusal = function(refused) list(error = list(code = 422, message = conditionMessage(refused))),
    error = function(fault) list(error = list(code = 500, message = conditionMessage(fault)))
  )
}

input <- file("stdin", "r")
while (length(line <- readLines(input, 1, warn = FALSE, encoding = "UTF-8")) > 0) {
  writeLines(enc2utf8(jsonlite::toJSON(answer(line), auto_unbox = TRUE, digits = NA)), useBytes = TRUE)
  flush(stdout())
}
