// Serves a function of yours with merlin-adapter. Copy this file beside your program; it needs Node 16, and no packages.
//
//     const { Refused, serve } = require('./merlin-adapter.js');
//
//     function predict(body) {                   // what a caller has sent, such as {"instances": [{"km": 2}]}
//       return { predictions: [11] };            // what the caller gets; or a promise of it
//     }
//     serve(predict);                            // start it with: merlin-adapter --format=jsonrpc -- node predict.js
//
// throw new Refused(422, 'km is missing')        The caller gets this status and message. Any other error is a 500 that names
//                                                only its kind; the log has the rest. NaN and Infinity are such errors, too.
// predict(body, call)                            call.headers, call.timeoutMs, call.protocol, and call.signal, an AbortSignal
//                                                for fetch() and timers, aborted when nobody waits any more. A call that is
//                                                cancelled before its turn never starts.
// serve(predict, { batch: 32 })                  predict gets an array of up to 32 bodies (and of as many calls), and returns
//                                                an array of as many results, each of which may be a Refused. If it throws,
//                                                each body is tried alone. For models that take many rows at once.
// serve(predict, { concurrency: 64 })            So many calls at a time, for a predict that awaits something.
// log('warn', 'the model is a week old')         A line in the adapter's log. So is what console.log() prints, from serve() on.
// counter('hits', 1, { zone: 'a' })              Metrics for /metrics: counter(name, increase, labels), gauge(name, value,
//                                                labels), histogram(name, value, labels, { buckets: […], help: '…' })
// fatal('the GPU is gone')                       Have this program replaced.
//
// Without --format=jsonrpc it reads bodies and writes results, also by hand: node predict.js < bodies.jsonl
'use strict';
const fs = require('node:fs');
const net = require('node:net');

const AHEAD = 7; // lines that may be here before their turn

// Not the program's fault: the status for the caller, from 400 to 599, and why.
class Refused extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

let replies; // where answers, logs and metrics go
let bare; // whether bodies come alone, without JSON-RPC around them

const write = (line) => replies.write(line + '\n');
const isPipe = (descriptor) => fs.fstatSync(descriptor).isFIFO() || fs.fstatSync(descriptor).isSocket();

// Opens a pipe once more, and leaves another file in its place for everybody else.
function takeOver(descriptor, flags, instead) {
  try {
    const own = fs.openSync(`/dev/fd/${descriptor}`, flags);
    fs.closeSync(descriptor);
    fs.openSync(instead, flags); // gets the lowest number that is free
    return own;
  } catch {
    return descriptor;
  }
}

// Where requests come from.
function openChannel() {
  if (process.env.ADAPTER_SOCKET) {
    replies = net.connect(process.env.ADAPTER_SOCKET);
    return replies;
  }
  const input = isPipe(0) ? takeOver(0, 'r', '/dev/null') : 0; // so that no subprocess can eat requests,
  const output = isPipe(1) && !fs.fstatSync(2).isFile() ? takeOver(1, 'a', '/dev/fd/2') : 1;
  if (output === 1) globalThis.console = new console.Console(process.stderr); // and a stray console.log() is a log line
  replies = isPipe(output) ? new net.Socket({ fd: output, readable: false }) : fs.createWriteStream(null, { fd: output });
  return isPipe(input) ? new net.Socket({ fd: input, writable: false }) : fs.createReadStream(null, { fd: input });
}

// What JSON has instead of a typed array or a BigInt; and not what it lacks.
function plain(key, value) {
  if (ArrayBuffer.isView(value)) return Array.from(value);
  if (typeof value === 'bigint') {
    if (Number.isSafeInteger(Number(value))) return Number(value);
    throw new TypeError(`${key} is ${value}n, which is no safe number; make it a text`);
  }
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError(`${key} is ${value}, which JSON does not have`);
  return value;
}

function notify(method, params) {
  if (bare === false) write(JSON.stringify({ jsonrpc: '2.0', method, params }));
  else if (params.message) process.stderr.write(params.message + '\n');
}

function metric(type, name, value, labels = {}, about = {}) {
  const texts = Object.fromEntries(Object.entries(labels).map(([label, text]) => [label, String(text)]));
  notify('metrics', { name, type, value, labels: texts, ...about });
}

function log(level, message) {
  for (const line of String(message).split('\n')) notify('log', { level, message: line });
}

const fatal = (message) => notify('fatal', { message: String(message) });
const counter = (name, increase = 1, labels = {}, about = {}) => metric('counter', name, increase, labels, about);
const gauge = (name, value, labels, about) => metric('gauge', name, value, labels, about);
const histogram = (name, value, labels, about) => metric('histogram', name, value, labels, about);

// Answers requests until there are no more, and ends the program then.
function serve(predict, { batch = 1, concurrency = 1 } = {}) {
  const requests = openChannel();
  const waiting = []; // lines, each an array of calls or one
  const running = new Map(); // the AbortController of each call that is not answered, by id
  let begun = 0; // lines that predict works on
  let ended = false;

  async function ask(calls) {
    if (batch === 1) return [await predict(calls[0].body, calls[0])];
    const results = await predict(calls.map((call) => call.body), calls);
    if (Array.isArray(results) && results.length === calls.length) return results;
    throw new TypeError(`predict must return an array of ${calls.length} results, one for each body`);
  }

  // A result of each call, or an Error.
  async function outcomes(calls) {
    try {
      return await ask(calls);
    } catch (fault) {
      if (calls.length === 1) return [fault instanceof Error ? fault : new Error(String(fault))];
      const alone = [];
      for (const call of calls) alone.push(...(await outcomes([call])));
      return alone;
    }
  }

  // The message that answers a call.
  function message({ id }, outcome) {
    let member = 'result';
    let text;
    try {
      if (outcome instanceof Error) throw outcome;
      text = JSON.stringify(outcome, plain) ?? 'null';
    } catch (fault) {
      member = 'error';
      let { code, message } = fault;
      if (!(fault instanceof Refused)) {
        log('error', fault.stack);
        [code, message] = [500, `the program failed: ${fault.name}; its log says more`];
      }
      text = JSON.stringify({ code, message });
    }
    if (bare) return member === 'result' ? text : `{"error":${text}}`;
    return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"${member}":${text}}`;
  }

  async function answer(line) {
    const all = [line].flat();
    const calls = all.filter((call) => !call.signal.aborted);
    const results = calls.length ? await outcomes(calls) : [];
    const answers = all.map((call) => {
      running.delete(call.id);
      return message(call, calls.includes(call) ? results[calls.indexOf(call)] : new Refused(499, 'cancelled'));
    });
    write(Array.isArray(line) ? `[${answers.join()}]` : answers[0]);
  }

  // Begins what there is room for; between two lines, what has come is read.
  function next() {
    if (ended && begun + waiting.length === 0) replies.end(() => process.exit());
    if (begun >= (bare ? 1 : concurrency) || waiting.length === 0) return;
    begun++;
    answer(waiting.shift()).finally(() => {
      begun--;
      setImmediate(next);
    });
    setImmediate(next);
  }

  function call({ id, params }) {
    const controller = new AbortController();
    running.set(id, controller);
    return {
      id,
      body: params.body,
      headers: params.headers ?? {},
      protocol: params.protocol,
      timeoutMs: params.timeout_ms,
      signal: controller.signal,
    };
  }

  function receive(line) {
    const first = Array.isArray(line) ? line[0] : line;
    bare ||= first?.jsonrpc !== '2.0' || !first.method; // once a body has come alone, so do all others, whatever they look like
    const { id, method, params } = Object(line);
    if (bare) waiting.push(call({ params: { body: line } }));
    else if (Array.isArray(line)) waiting.push(line.map(call));
    else if (method === 'predict') waiting.push(call(line));
    else if (method === 'cancel') running.get(params.id)?.abort();
    else if (method === 'initialize') write(JSON.stringify({ jsonrpc: '2.0', id, result: abilities }));
    else if (id !== undefined) write(JSON.stringify({ jsonrpc: '2.0', id, error: unknown }));
    setImmediate(next);
  }

  const unknown = { code: -32601, message: 'Method not found' };
  const abilities = { concurrency: concurrency + (batch > 1 ? 1 : AHEAD), cancel: true };
  if (batch > 1) abilities.batch = { max_size: batch, max_delay_ms: 2 };
  let parts = []; // of a line; it ends at \n alone: the readline of newer Nodes cuts at U+2028 too, which texts may have
  requests.setEncoding('utf8').on('data', (chunk) => {
    const lines = chunk.split('\n');
    while (lines.length > 1) {
      const text = parts.join('') + lines.shift();
      parts = [];
      if (text.trim()) receive(JSON.parse(text));
    }
    parts.push(lines[0]);
  });
  requests.on('end', () => {
    if (parts.join('').trim()) receive(JSON.parse(parts.join('')));
    ended = true;
    next();
  });
}

module.exports = { Refused, serve, log, fatal, counter, gauge, histogram };
