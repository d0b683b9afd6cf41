# Is a payment fraud? One line of JSON in, one line out; README.md says what the columns mean.

# The rules: when one applies, its points are added to the score.
def rule(condition; points; reason): if condition then {points: points, reason: reason} else empty end;

def rules:
  rule(.amount >= 5000; 35; "very large amount"),
  rule(.amount >= 1000 and .amount < 5000; 20; "large amount"),
  rule(.usual_amount > 0 and .amount > 5 * .usual_amount; 20; "over 5 times the usual amount"),
  rule(.usual_amount == 0; 10; "first payment"),
  rule(.card_country != .ip_country; 25; "\(.card_country) card used from \(.ip_country)"),
  rule(.payments_last_hour >= 10; 40; "10 or more payments in an hour"),
  rule(.payments_last_hour >= 4 and .payments_last_hour < 10; 20; "4 or more payments in an hour"),
  rule(.payments_last_hour >= 4 and .amount < 2; 30; "small amounts in a row (card testing)"),
  rule(.new_device; 15; "new device"),
  rule(.hour < 5; 10; "at night");

def decision: if . >= 70 then "decline" elif . >= 40 then "review" else "approve" end;

def judge:
  [rules]
  | ([100, (map(.points) | add // 0)] | min) as $score
  | {score: $score, decision: ($score | decision), reasons: (map(.reason) | join(", "))};

# The columns of an instance, which is an object with these names or a list in this order.
def number(least; most):
  {is: (type == "number" and . >= least and . <= most), expected: "a number from \(least) to \(most)"};
def country: {is: (type == "string" and test("\\A[A-Z]{2}\\z")), expected: "two capital letters"};
def flag: {is: (. == true or . == false or . == 1 or . == 0), expected: "true, false, 1 or 0"};

def columns: {
  amount: (.amount | number(0; 10000000)),
  usual_amount: (.usual_amount | number(0; 10000000)),
  card_country: (.card_country | country),
  ip_country: (.ip_country | country),
  payments_last_hour: (.payments_last_hour | number(0; 100000)),
  new_device: (.new_device | flag),
  hour: (.hour | number(0; 24))
};

def payment($names):
  . as $given
  | if type == "array" and length == ($names | length)
    then reduce range(length) as $i ({}; .[$names[$i]] = $given[$i])
    elif type == "object" then .
    else error("must be an object or a list of \($names | join(", "))") end
  | . as $payment
  | columns as $checked
  | reduce ($names[] | select($checked[.].is | not)) as $bad (.;
      error("\($bad) is \($payment[$bad] | tojson | .[0:40]) (expected: \($checked[$bad].expected))"))
  | .new_device |= (. == true or . == 1);

# A line comes as a text (jq -R): JSON that jq can't parse would otherwise end it. The brackets are for jq 1.6, whose try
# also catches what fails further down the pipe.
def instances:
  [try fromjson catch null][0]
  | if type == "object" and (.instances | type) == "array" then .instances
    else error("the request must be {\"instances\": [...]} that jq can read") end;

({} | columns | keys_unsorted) as $names
| try {
  predictions: [
    instances | to_entries[] | .key as $i | .value
    | try (payment($names) | judge) catch error("instances[\($i)]: \(.)")
  ]
}
catch {error: {code: 422, message: .}}
