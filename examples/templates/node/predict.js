// How many minutes a delivery takes. Replace the model and predict by your own.
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { Refused, serve } = require('./merlin-adapter.js');

const folder = process.env.CARAML_ARTIFACT_LOCATION || path.join(__dirname, 'artifact');
const model = JSON.parse(fs.readFileSync(path.join(folder, 'model.json'), 'utf8'));

const isFrom0To = (most, value) => typeof value === 'number' && value >= 0 && value <= most;

const named = ([km, stops, zone]) => ({ km, stops, zone });

// One instance, an object or a list of km, stops and zone.
function minutes(instance, i) {
  const { km, stops, zone } = Array.isArray(instance) ? named(instance) : Object(instance);
  if (!isFrom0To(1000, km) || !isFrom0To(100, stops) || !Object.hasOwn(model.zones, zone)) {
    const zones = Object.keys(model.zones).join(', ');
    throw new Refused(422, `instances[${i}]: km must be from 0 to 1000, stops from 0 to 100, and zone one of ${zones}`);
  }
  return Math.round(10 * (model.km * km + model.stops * stops + model.zones[zone])) / 10;
}

function predict(body) {
  if (!Array.isArray(body?.instances)) throw new Refused(422, 'the body must be {"instances": [...]}');
  return { predictions: body.instances.map(minutes) };
}

serve(predict);
