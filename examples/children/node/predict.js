// Minutes until a ride arrives: JSON-RPC, 64 lines at a time, each a call or a batch, over ADAPTER_SOCKET or else stdin
// and stdout.
'use strict';
const { connect } = require('node:net');
const { setTimeout: sleep } = require('node:timers/promises');

// The batch is made of what waits while 64 lines are here.
const ABILITIES = { concurrency: 64, cancel: true, batch: { max_size: 32 } };

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

function send(line) {
  replies.write(line + '\n');
}

function message(id, outcome) {
  return JSON.stringify({ jsonrpc: '2.0', id, ...outcome });
}

function error(id, code, text) {
  return message(id, { error: { code, message: text } });
}

// What answers a call: its own result, or its own error.
async function answer({ id, params }) {
  const controller = new AbortController();
  running.set(id, controller);
  try {
    return message(id, { result: await predict(params.body, controller.signal) });
  } catch (fault) {
    return fault instanceof Refused ? error(id, fault.code, fault.message) : error(id, 500, String(fault));
  } finally {
    running.delete(id);
  }
}

// What answers a batch, when all of it is done.
async function answerAll(calls) {
  return `[${(await Promise.all(calls.map(answer))).join()}]`;
}

async function receive(line) {
  const { id, method, params } = line;
  if (Array.isArray(line)) send(await answerAll(line));
  else if (method === 'predict') send(await answer(line));
  else if (method === 'initialize') send(message(id, { result: ABILITIES }));
  else if (method === 'cancel') running.get(params.id)?.abort();
  else if (id !== undefined) send(error(id, -32601, 'Method not found'));
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
