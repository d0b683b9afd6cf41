# Serves a function of yours with merlin-adapter. Copy this file beside your program; it needs R 3.6 and the package jsonlite.
#
#     source("merlin_adapter.R")
#
#     predict_rides <- function(body) {            # what a caller has sent, such as {"instances": [{"km": 2}]}, as lists
#       rides <- instances(body, c("km", "stops")) # the same as a data frame of these columns
#       list(predictions = predict(model, rides))  # what the caller gets
#     }
#     serve(predict_rides)                         # the last line; merlin-adapter --format=jsonrpc -- Rscript predict.R
#
# refuse(422, "km is missing")              The caller gets this status and message. Any other error is a 500 that says no more;
#                                           its text is in the log. NaN and Inf are such errors, too; NA is null.
# In a result                               `predictions` is always an array, and I(x) is one; any other vector of one element
#                                           is that element alone: list(version = "2"). A data frame or matrix is its rows.
# function(body, call)                      call$headers, call$timeout_ms, call$protocol. Calls that nobody waits for any more
#                                           are taken back before they reach R, which can't look while it computes.
# serve(predict_rides, batch = 32)          It gets a list of up to 32 bodies, and returns a list of as many results, each of
#                                           which may be refusal(422, "why"). If it fails, each body is tried alone.
# At the same time                          R does one thing at a time. More copies do more: WORKERS=4.
# adapter_log("warn", "a week old")         A line in the adapter's log. So is all that is printed, from serve() on.
# adapter_counter("hits", zone = "a")       Metrics for /metrics, with their labels: adapter_counter(name, increase = 1),
#                                           adapter_gauge(name, value), adapter_histogram(name, value, buckets = c(1, 2)).
# adapter_fatal("the GPU is gone")          Have this program replaced.
#
# R has no Unix sockets: leave --channel=stdio as it is. Without --format=jsonrpc this reads bodies and writes results, also
# by hand: Rscript predict.R < bodies.jsonl

refusal <- function(code, ...) {
  structure(class = c("refusal", "error", "condition"), list(message = paste0(...), call = NULL, code = code))
}

refuse <- function(code, ...) stop(refusal(code, ...))

# Rows given as objects with these names, or as lists in this order; a value that is null is NA.
instances <- function(body, columns) {
  rows <- if (is.list(body)) body[["instances"]]
  if (!is.list(rows) || !is.null(names(rows))) refuse(422, 'the body must be {"instances": [...]}')
  rows <- Map(function(row, i) {
    where <- paste0("instances[", i, "]")
    if (is.list(row) && is.null(names(row)) && length(row) == length(columns)) names(row) <- columns
    if (!is.list(row) || !all(columns %in% names(row))) {
      refuse(422, where, ": must be an object or a list of ", paste(columns, collapse = ", "))
    }
    for (column in columns) {
      if (is.list(row[[column]])) refuse(422, where, ": ", column, " must be a number or a text")
    }
    row
  }, rows, seq_along(rows) - 1)
  values <- function(column) {
    of_rows <- lapply(rows, function(row) if (is.null(row[[column]])) NA else row[[column]])
    kinds <- unique(vapply(Filter(Negate(anyNA), of_rows), function(value) if (is.character(value)) "text" else "number", ""))
    if (length(kinds) > 1) refuse(422, column, " has numbers and texts")
    if (length(rows) == 0) logical() else unlist(of_rows)
  }
  as.data.frame(sapply(columns, values, simplify = FALSE), check.names = FALSE, optional = TRUE)
}

.adapter <- new.env()

.adapter_json <- function(value) {
  unusable <- function(x) is.double(x) && any(is.nan(x) | is.infinite(x))
  if (any(unlist(rapply(list(value), unusable, how = "unlist")))) {
    stop("the result has a NaN or Inf, which JSON does not have", call. = FALSE)
  }
  text <- jsonlite::toJSON(value, auto_unbox = TRUE, null = "null", na = "null", digits = NA, POSIXt = "ISO8601")
  gsub("\n", " ", enc2utf8(text), fixed = TRUE)
}

.adapter_write <- function(line) {
  writeLines(line, .adapter$replies, useBytes = TRUE)
  flush(.adapter$replies)
}

.adapter_notify <- function(method, params) {
  if (isFALSE(.adapter$bare)) {
    .adapter_write(.adapter_json(list(jsonrpc = "2.0", method = method, params = params)))
  } else if (!is.null(params$message)) {
    message(params$message)
  }
}

.adapter_metric <- function(name, type, value, labels, ...) {
  metric <- list(name = name, type = type, value = value, labels = lapply(labels, as.character), ...)
  .adapter_notify("metrics", metric[lengths(metric) > 0])
}

adapter_log <- function(level, message) {
  for (line in unlist(strsplit(message, "\n"))) .adapter_notify("log", list(level = level, message = line))
}
adapter_fatal <- function(message) .adapter_notify("fatal", list(message = message))
adapter_counter <- function(name, increase = 1, ..., help = NULL) {
  .adapter_metric(name, "counter", increase, list(...), help = help)
}
adapter_gauge <- function(name, value, ..., help = NULL) .adapter_metric(name, "gauge", value, list(...), help = help)
adapter_histogram <- function(name, value, ..., buckets = NULL, help = NULL) {
  .adapter_metric(name, "histogram", value, list(...), help = help, buckets = if (!is.null(buckets)) I(buckets))
}

# What is read from stdin and written to stdout from now on is ours alone. A file that is opened gets the lowest number that is
# free: after stdin was closed, its number.
.adapter_open <- function() {
  if (nzchar(Sys.getenv("ADAPTER_SOCKET"))) stop("R has no Unix sockets: start the adapter without --channel=socket")
  is_pipe <- vapply(0:2, function(fd) startsWith(Sys.readlink(paste0("/proc/self/fd/", fd)), "pipe:"), NA)
  again <- function(fd, otherwise, mode) file(if (is_pipe[fd + 1]) paste0("/dev/fd/", fd) else otherwise, mode, raw = TRUE)
  take_over <- function(fd, instead, mode) {
    if (is_pipe[fd + 1]) {
      utils::getFromNamespace("closeFD", "parallel")(fd)
      .adapter[[instead]] <- file(instead, mode, raw = TRUE)
    }
  }
  requests <- again(0L, "stdin", "r")
  .adapter$replies <- again(1L, "/dev/stdout", "a")
  try(take_over(0L, "/dev/null", "r"), silent = TRUE) # no subprocess can eat requests,
  if (is_pipe[3]) try(take_over(1L, "/dev/fd/2", "a"), silent = TRUE) # what it prints is a log line,
  sink(stderr()) # and so is a stray print()
  requests
}

# Answers requests until there are no more.
serve <- function(predict, batch = 1) {
  requests <- .adapter_open()
  options(warn = 1) # warnings at once, not when all is over
  .adapter_json(jsonlite::parse_json("{}")) # loads the package before anybody waits for it
  extra <- if (batch > 1) "calls" else "call"

  ask <- function(calls) {
    bodies <- lapply(calls, function(call) call[["body"]])
    more <- if (extra %in% names(formals(predict))) list(if (batch > 1) calls else calls[[1]])
    names(more) <- if (length(more)) extra
    if (batch == 1) return(list(do.call(predict, c(bodies, more), quote = TRUE)))
    results <- do.call(predict, c(list(bodies), more), quote = TRUE)
    if (!is.list(results) || length(results) != length(bodies)) {
      stop("it must return a list of ", length(bodies), " results, one for each body")
    }
    results
  }

  outcomes <- function(calls) {
    tryCatch(ask(calls), error = function(fault) {
      if (length(calls) == 1) list(fault) else unlist(lapply(calls, function(call) outcomes(list(call))), recursive = FALSE)
    })
  }

  # The message that answers a call.
  message_of <- function(call, outcome) {
    member <- "result"
    text <- tryCatch({
      if (inherits(outcome, "condition")) stop(outcome)
      if (is.list(outcome) && "predictions" %in% names(outcome)) {
        own <- outcome[["predictions"]]
        outcome[["predictions"]] <- if (is.null(own)) list() else if (is.atomic(own) && is.null(dim(own))) I(own) else own
      }
      .adapter_json(outcome)
    }, error = function(fault) {
      member <<- "error"
      if (inherits(fault, "refusal")) return(.adapter_json(list(code = fault$code, message = conditionMessage(fault))))
      where <- if (is.null(conditionCall(fault))) "" else paste0(" in ", deparse(conditionCall(fault))[1])
      adapter_log("error", paste0("the program failed", where, ": ", conditionMessage(fault)))
      .adapter_json(list(code = 500, message = "the program failed; its log says more"))
    })
    if (.adapter$bare) return(if (member == "result") text else paste0('{"error":', text, "}"))
    paste0('{"jsonrpc":"2.0","id":', .adapter_json(call$id), ',"', member, '":', text, "}")
  }

  is_message <- function(x) is.list(x) && identical(x[["jsonrpc"]], "2.0") && is.character(x[["method"]])
  answers <- function(calls) unlist(Map(message_of, calls, outcomes(calls)))

  while (length(line <- readLines(requests, 1, warn = FALSE, encoding = "UTF-8")) > 0) {
    if (!nzchar(line)) next
    message <- jsonlite::parse_json(line)
    # Once a body has come alone, so do all others, whatever they look like.
    if (!isTRUE(.adapter$bare)) .adapter$bare <- !is_message(if (is.null(names(message))) message[1][[1]] else message)
    method <- if (.adapter$bare) "predict" else if (is.null(names(message))) "batch" else message[["method"]]
    if (method == "predict") {
      call <- if (.adapter$bare) list(body = message) else c(message["id"], message[["params"]])
      .adapter_write(answers(list(call)))
    } else if (method == "batch") {
      calls <- lapply(message, function(each) c(each["id"], each[["params"]]))
      .adapter_write(paste0("[", paste(answers(calls), collapse = ","), "]"))
    } else if (method == "initialize") {
      abilities <- list(concurrency = 2) # the next line is here when one is answered
      if (batch > 1) abilities$batch <- list(max_size = batch, max_delay_ms = 2)
      .adapter_write(.adapter_json(list(jsonrpc = "2.0", id = message$id, result = abilities)))
    } else if (!is.null(message[["id"]])) {
      unknown <- list(code = -32601, message = "Method not found")
      .adapter_write(.adapter_json(list(jsonrpc = "2.0", id = message$id, error = unknown)))
    }
  }
}
