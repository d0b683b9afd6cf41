# What a test asks of merlin_adapter.R; MODE is plain or batch.
source(Sys.getenv("HELPER"))

predict_one <- function(body, call) {
  switch(body$do,
    echo = list(predictions = body$text),
    headers = list(predictions = list(call$headers[["x-request-id"]], call$timeout_ms, call$protocol)),
    refuse = refuse(422, "no"),
    fail = stop("the password is hunter2"),
    nan = list(predictions = c(1, NaN)),
    print = {
      print("stray words")
      system("echo stray process")
      list(predictions = NULL)
    },
    read = list(predictions = system("wc -c", intern = TRUE)),
    report = {
      adapter_log("warn", "a week old")
      adapter_counter("hits", zone = "a")
      adapter_gauge("level", 2.5, help = "How high")
      adapter_histogram("score", 0.3, buckets = c(0.5, 1))
      adapter_fatal("the GPU is gone")
      list(predictions = list())
    },
    values = list(
      predictions = c("1" = 2.5), version = "a", one = I("b"), frame = data.frame(km = 1, zone = NA), matrix = matrix(1:2, 1),
      factor = factor(c("x", "y")), none = NULL, empty = list(), date = as.Date("2024-01-01"), large = 123456789012345
    )
  )
}

predict_all <- function(bodies) {
  if (any(vapply(bodies, function(body) body$do == "fail", NA))) stop("the password is hunter2")
  lapply(bodies, function(body) if (body$do == "refuse") refusal(422, "no") else list(together = length(bodies)))
}

if (Sys.getenv("MODE") == "batch") serve(predict_all, batch = 32) else serve(predict_one)
