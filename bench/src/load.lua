-- Sends the requests of a plan, which wrk is given after `--`, one after the other and over again.
--
-- Where the plan's answers tell a version, each request belongs to one order: it is sent again only after its answer has
-- come, and with the version that the answer told, for one panel more.
local requests, orders, any, idle = {}, nil, nil, {}
local first, last, turn = 1, 0, 0

local function put(order)
  last = last + 1
  idle[last] = order
end

function init(args)
  local plan = dofile(args[1])
  if plan.versioned then orders = {} end
  for i, it in ipairs(plan.requests) do
    if orders then
      orders[it.order], any = it, it
      put(it)
    else
      requests[i] = wrk.format(it.method, it.path, it.headers, it.body)
    end
  end
  if orders then
    function response(status, headers, body)
      local it = orders[body:match('"number":"([^"]+)"')]
      if it then
        it.version, it.panels = body:match('"version":(%d+)'), body:match('"panels":(%d+)')
        put(it)
      end
    end
  end
end

function request()
  if not orders then
    turn = turn % #requests + 1
    return requests[turn]
  end
  -- Orders whose answer was a refusal do not come back; what is sent when none is left counts as an error, too.
  local it = any
  if first <= last then
    it, idle[first] = idle[first], nil
    first = first + 1
  end
  local change = "&ask%5Bversion%5D=" .. it.version .. "&ask%5Bpanels%5D=" .. ((tonumber(it.panels) or 10) % 40 + 1)
  return wrk.format(it.method, it.path, it.headers, it.body .. change)
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\nmeasured {"requests":%d,"micros":%d,"p50":%d,"p99":%d,"max":%d,"errors":%d,"bytes":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), latency.max,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout, summary.bytes))
end
