-- wrk -s post.lua URL -- BODY: posts the file's bytes, and prints at the end one object of JSON.
function init(args)
   local file = assert(io.open(args[1], "rb"))
   wrk.method = "POST"
   wrk.body = file:read("*a")
   wrk.headers["Content-Type"] = "application/json"
   file:close()
end

function done(summary, latency, requests)
   local lost = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
   io.stderr:write(string.format('{"requests":%d,"failures":%d,"seconds":%f,"p50":%f,"p99":%f}\n',
      summary.requests - summary.errors.status, summary.errors.status + lost, summary.duration / 1e6,
      latency:percentile(50) / 1e6, latency:percentile(99) / 1e6))
end
