// Minutes until a ride arrives: JSON-RPC, 64 calls at a time, over ADAPTER_SOCKET or else stdin and stdout.
'use strict';
const { connect } = require('node:net');
const { setTimeout: sleep } = require('node:timers/promises');

const CONCURRENCY = 64;

// Not the program's fault: the HTTP status, and why.
class Refused extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

// The model. It hands the signal on to whatever takes long: timers, fetch(), a database.
async function predict(body, signal) {
  if (!Array.isArray(body?.instances)) throw new Refused(400, 'the body must be {"instances": [...]}');
  body.instances.forEach((ride, i) => {
    if (typeof ride?.km !== 'number') throw new Refused(422, `instances[${i}]: km must be a number`);
  });
  if (body.delay_ms) await sleep(body.delay_ms, null, { signal });
  return { predictions: body.instances.map((ride) => 5 + 3 * ride.km) };
}

// Where requests come from, and where replies go.
function openChannel() {
  const path = process.env.ADAPTER_SOCKET;
  if (path) {
    const socket = connect(path);
    return [socket, socket];
  }
  globalThis.console = new console.Console(process.stderr); // a stray console.log() is a log line
  return [process.stdin, process.stdout];
}

const [requests, replies] = openChannel();
const running = new Map();

function send(id, outcome) {
  replies.write(JSON.stringify({ jsonrpc: '2.0', id, ...outcome }) + '\n');
}

async function answer(id, body) {
  const controller = new AbortController();
  running.set(id, controller);
  try {
    send(id, { result: await predict(body, controller.signal) });
  } catch (fault) {
    const code = fault instanceof Refused ? fault.code : 500;
    send(id, { error: { code, message: fault instanceof Refused ? fault.message : String(fault) } });
  } finally {
    running.delete(id);
  }
}

function receive({ id, method, params }) {
  if (method === 'initialize') send(id, { result: { concurrency: CONCURRENCY, cancel: true } });
  else if (method === 'predict') answer(id, params.body);
  else if (method === 'cancel') running.get(params.id)?.abort();
  else if (id !== undefined) send(id, { error: { code: -32601, message: 'Method not found' } });
}

// Cuts at \n alone: the readline of newer Nodes cuts at U+2028 too, which JSON may hold in its texts.
let begun = [];
requests.setEncoding('utf8').on('data', (chunk) => {
  const parts = chunk.split('\n');
  while (parts.length > 1) {
    receive(JSON.parse(begun.join('') + parts.shift()));
    begun = [];
  }
  begun.push(parts[0]);
});
requests.on('end', () => process.exit()); // nobody waits for what still runs
