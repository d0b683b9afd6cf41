// Iris species by an ONNX model: JSON-RPC over ADAPTER_SOCKET, or else stdin and stdout.
'use strict';
const { connect } = require('node:net');
const { join } = require('node:path');
const ort = require('onnxruntime-web');

const CONCURRENCY = 16;
const COLUMNS = ['sepal_length', 'sepal_width', 'petal_length', 'petal_width'];
const SPECIES = ['setosa', 'versicolor', 'virginica'];
const LARGEST = 100;

// Not the program's fault: what is wrong with the request.
class Refused extends Error {}

// The measurements of one flower, given as an object or as a list in the order of the columns.
function read(instance, where) {
  const named = COLUMNS.every((name) => Object.hasOwn(Object(instance), name));
  const only = named && Object.keys(instance).length === COLUMNS.length;
  const values = only ? COLUMNS.map((name) => instance[name]) : instance;
  if (!Array.isArray(values) || values.length !== COLUMNS.length) {
    throw new Refused(`${where}: must be an object or a list of ${COLUMNS.join(', ')}`);
  }
  return values.map((value, i) => {
    if (value === null || value === 'NaN') return NaN;
    if (typeof value === 'number' && value >= 0 && value <= LARGEST) return value;
    const shown = typeof value === 'number' ? value : JSON.stringify(value).replace(/^(.{40}).*/u, '$1');
    throw new Refused(`${where}: ${COLUMNS[i]} is ${shown} (expected: a number from 0 to ${LARGEST}, or null)`);
  });
}

// The likeliest species of each flower first, then how likely each is; all flowers of the request by one call.
async function predict(body) {
  if (!Array.isArray(body?.instances)) throw new Refused('the request: must be {"instances": [...]}');
  const rows = body.instances.map((instance, i) => read(instance, `instances[${i}]`));
  const flowers = new ort.Tensor('float32', Float32Array.from(rows.flat()), [rows.length, COLUMNS.length]);
  const { species, probabilities } = await (await model).run({ flowers });
  return {
    predictions: rows.map((_, row) => ({
      species: species.data[row],
      ...Object.fromEntries(SPECIES.map((name, i) => [name, rounded(probabilities.data[row * SPECIES.length + i])])),
    })),
  };
}

function rounded(probability) {
  return Math.round(probability * 1e6) / 1e6;
}

// Where requests come from, and where replies go.
function openChannel() {
  const path = process.env.ADAPTER_SOCKET;
  if (path) {
    const socket = connect(path);
    return [socket, socket];
  }
  globalThis.console = new console.Console(process.stderr); // what a library prints is a log line
  return [process.stdin, process.stdout];
}

ort.env.wasm.numThreads = 1; // small requests: threads would cost more than they bring
const artifact = process.env.CARAML_ARTIFACT_LOCATION || join(__dirname, 'artifact');
const model = ort.InferenceSession.create(join(artifact, 'iris.onnx'));
const [requests, replies] = openChannel();

function send(id, outcome) {
  replies.write(JSON.stringify({ jsonrpc: '2.0', id, ...outcome }) + '\n');
}

async function answer(id, result) {
  try {
    send(id, { result: await result });
  } catch (fault) {
    send(id, { error: { code: fault instanceof Refused ? 422 : 500, message: String(fault.message) } });
  }
}

function receive({ id, method, params }) {
  if (method === 'initialize') answer(id, model.then(() => ({ concurrency: CONCURRENCY })));
  else if (method === 'predict') answer(id, predict(params.body));
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
