// What a test asks of merlin-adapter.js; MODE is plain, batch or many.
'use strict';
const { spawnSync } = require('node:child_process');
const { once } = require('node:events');
const { Refused, serve, log, fatal, counter, gauge, histogram } = require(process.env.HELPER);

async function predict(body, call) {
  switch (body.do) {
    case 'echo':
      return { predictions: [body.text] };
    case 'headers':
      return { predictions: [call.headers['x-request-id'], call.timeoutMs, call.protocol] };
    case 'refuse':
      throw new Refused(422, 'no');
    case 'fail':
      throw new TypeError('the password is hunter2');
    case 'nan':
      return { predictions: [NaN] };
    case 'print':
      console.log('stray words');
      spawnSync('sh', ['-c', 'echo stray process'], { stdio: 'inherit' });
      return { predictions: [] };
    case 'read':
      return { predictions: [String(spawnSync('wc', ['-c'], { stdio: ['inherit', 'pipe', 'inherit'] }).stdout).trim()] };
    case 'wait':
      console.error('waiting');
      await once(call.signal, 'abort');
      throw new Refused(499, 'gone');
    case 'report':
      log('warn', 'a week old');
      counter('hits', 1, { zone: 'a' });
      gauge('level', 2.5, {}, { help: 'How high' });
      histogram('score', 0.3, {}, { buckets: [0.5, 1] });
      fatal('the GPU is gone');
      return { predictions: [] };
    case 'values':
      return { array: new Float32Array([1.5, 2]), large: 12n };
  }
}

function predictAll(bodies) {
  if (bodies.some((body) => body.do === 'fail')) throw new TypeError('the password is hunter2');
  return bodies.map((body) => (body.do === 'refuse' ? new Refused(422, 'no') : { together: bodies.length }));
}

if (process.env.MODE === 'batch') serve(predictAll, { batch: 32 });
else serve(predict, { concurrency: process.env.MODE === 'many' ? 4 : 1 });
