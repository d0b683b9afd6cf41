# Fits the model to made-up loans, the same at each run, and writes into the folder given (default: artifact):
# model.rds, and expected.csv with what R itself predicts on a grid. README.md says how to run it.

employments <- c("permanent", "temporary", "self-employed", "none")

loans <- function(count) {
  income <- round(exp(rnorm(count, log(2500), 0.5)))
  loan <- round(income * exp(rnorm(count, log(4), 0.7)))
  data.frame(
    income, loan,
    months = sample(seq(6, 60, by = 6), count, replace = TRUE),
    late_payments = rpois(count, 0.6),
    employment = factor(sample(employments, count, replace = TRUE, prob = c(0.6, 0.2, 0.15, 0.05)), employments)
  )
}

set.seed(20240501)
sample_of_loans <- loans(4000)
risk <- with(sample_of_loans,
  -2.6 + 0.9 * log(loan / income) + 2.5 * loan / months / income + 0.8 * sqrt(late_payments) +
    c(0, 0.5, 0.3, 1.4)[employment])
sample_of_loans$default <- rbinom(nrow(sample_of_loans), 1, plogis(risk))

model <- glm(
  default ~ log(loan / income) + I(loan / months / income) + sqrt(late_payments) + employment,
  family = binomial, data = sample_of_loans
)

grid <- expand.grid(
  income = c(600, 2500, 9999.5), loan = c(500, 8000, 60000), months = c(6, 24, 60), late_payments = c(0, 1, 5),
  employment = employments, stringsAsFactors = TRUE
)
grid$probability <- sprintf("%.6f", predict(model, grid, type = "response"))

# What predict() does not need would make the file a hundred times as large, and hold every customer's data.
slim <- function(model) {
  model[c("data", "model", "y", "residuals", "fitted.values", "effects", "weights", "prior.weights",
          "linear.predictors")] <- NULL
  model$qr$qr <- NULL
  environment(model$formula) <- environment(model$terms) <- baseenv()
  model
}

folder <- c(commandArgs(TRUE), "artifact")[1]
saveRDS(slim(model), file.path(folder, "model.rds"), version = 3)
write.csv(grid, file.path(folder, "expected.csv"), row.names = FALSE, quote = FALSE)
