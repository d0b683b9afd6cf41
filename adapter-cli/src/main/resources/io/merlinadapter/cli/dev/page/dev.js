/* The page of merlin-adapter dev. Plain JavaScript, loads nothing but what the adapter serves. */
'use strict';

(function () {
  const POLL_MILLIS = 700;
  const SPAN_SECONDS = 60;
  const MOST_LINES = 2000;
  const MOST_SHOWN = 256 * 1024;

  const at = function (id) { return document.getElementById(id); };
  const make = function (tag, className, text) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const say = function (element, text) {
    // What does not change is not told again by a screen reader.
    if (element.textContent !== text) element.textContent = text;
  };
  const mark = function (element, state) {
    if (element.dataset.state !== state) element.dataset.state = state;
  };
  const chosen = function (name) {
    return document.querySelector('input[name="' + name + '"]:checked').value;
  };

  let about = null;
  const bodies = { http: '', upi: '' };

  // The request, and the same call elsewhere.

  function base(protocol) {
    return 'http://' + location.hostname + ':' + about[protocol].port;
  }

  function url(protocol) {
    return base(protocol) + about[protocol].path;
  }

  function pretty(text) {
    try {
      return rowsOnOneLine(JSON.stringify(JSON.parse(text), null, 2));
    } catch (e) {
      return text;
    }
  }

  /** Lists of numbers and texts that are short; what was indented has no line ends within texts. */
  function rowsOnOneLine(indented) {
    if (indented.length > MOST_SHOWN / 4) return indented;
    return indented.replace(/\[\s+((?:"(?:[^"\\]|\\.)*"|[^"\[\]{}])*?)\s+\]/g, function (whole, inside) {
      const line = '[' + inside.replace(/\s*\n\s*/g, ' ') + ']';
      return line.length <= 72 ? line : whole;
    });
  }

  /** As high as the request, within limits; as high as people have made it, afterwards. */
  function fitBody() {
    const lines = Math.min(24, Math.max(6, at('body').value.split('\n').length + 1));
    at('body').rows = lines;
  }

  /** Numbers stay as they were written: beyond 2^53 JavaScript would change them. */
  function isSafe(text) {
    return !/\d{16,}/.test(text);
  }

  function compact(text) {
    try {
      const value = JSON.parse(text);
      return isSafe(text) ? JSON.stringify(value) : text.trim().replace(/\s*\n\s*/g, ' ');
    } catch (e) {
      return text.trim().replace(/\s*\n\s*/g, ' ');
    }
  }

  function shellQuoted(text) {
    return "'" + text.replace(/'/g, "'\\''") + "'";
  }

  function pythonText(text) {
    return /'''|\\/.test(text) ? JSON.stringify(text) : "'''" + text + "'''";
  }

  function code(language, protocol, body) {
    const one = compact(body);
    if (language === 'grpcurl') {
      return 'grpcurl -plaintext -d ' + shellQuoted(one) + ' ' + location.hostname + ':' + about.upi.port
        + ' caraml.upi.v1.UniversalPredictionService/PredictValues';
    }
    if (language === 'curl') {
      return 'curl -s ' + url(protocol) + " -H 'content-type: application/json' -d " + shellQuoted(one);
    }
    if (protocol === 'http') {
      return 'import requests\n\n'
        + 'reply = requests.post(\n    "' + url('http') + '",\n    data=' + pythonText(one) + ',\n'
        + '    headers={"content-type": "application/json"},\n    timeout=30,\n)\n'
        + 'reply.raise_for_status()\nprint(reply.json())';
    }
    return '# pip install caraml-upi-protos grpcio\n'
      + 'import grpc\nfrom caraml.upi.v1 import upi_pb2, upi_pb2_grpc\nfrom google.protobuf import json_format\n\n'
      + 'request = json_format.Parse(' + pythonText(one) + ', upi_pb2.PredictValuesRequest())\n'
      + 'with grpc.insecure_channel("' + location.hostname + ':' + about.upi.port + '") as channel:\n'
      + '    service = upi_pb2_grpc.UniversalPredictionServiceStub(channel)\n'
      + '    print(service.PredictValues(request, timeout=30))';
  }

  function showCode() {
    if (!about) return;
    const protocol = chosen('protocol');
    at('has-grpcurl').hidden = protocol !== 'upi';
    if (protocol !== 'upi' && chosen('language') === 'grpcurl') {
      document.querySelector('input[name="language"][value="curl"]').checked = true;
    }
    say(at('code'), code(chosen('language'), protocol, at('body').value));
  }

  function checkBody() {
    let fault = '';
    try {
      JSON.parse(at('body').value);
    } catch (e) {
      fault = 'This is not JSON: ' + e.message + '. It can be sent all the same.';
    }
    say(at('body-fault'), fault);
    at('body').setAttribute('aria-invalid', fault ? 'true' : 'false');
  }

  function bodyChanged() {
    bodies[chosen('protocol')] = at('body').value;
    checkBody();
    showCode();
  }

  function showProtocol() {
    const protocol = chosen('protocol');
    const call = about[protocol];
    say(at('path'), url(protocol));
    at('body').value = bodies[protocol];
    fitBody();
    say(at('sample'), call.from ? '(from ' + call.from + ')' : '(made up: give --warmup=@request.json, or put request.json beside the program)');
    say(at('note'), protocol === 'upi' && call.mismatch ? 'Note: ' + call.mismatch + '.' : '');
    checkBody();
    showCode();
  }

  function millis(value) {
    const digits = value < 10 ? 2 : value < 100 ? 1 : 0;
    return value.toFixed(digits) + ' ms';
  }

  function timings(header) {
    const found = {};
    (header || '').split(',').forEach(function (part) {
      const name = part.trim().split(';')[0];
      const duration = /dur=([\d.]+)/.exec(part);
      if (name && duration) found[name] = Number(duration[1]);
    });
    return found;
  }

  function showTimings(header, total) {
    const spent = timings(header);
    const known = spent.queue !== undefined;
    at('timing').hidden = !known;
    say(at('total'), millis(total) + ' in all');
    if (!known) return;
    const parts = { queue: spent.queue, program: spent.program, adapter: spent.adapter };
    parts.network = Math.max(0, total - parts.queue - parts.program - parts.adapter);
    const sum = parts.queue + parts.program + parts.adapter + parts.network || 1;
    const split = at('split');
    split.replaceChildren();
    Object.keys(parts).forEach(function (name) {
      const bar = make('i', name);
      bar.style.width = (100 * parts[name] / sum) + '%';
      split.append(bar);
      say(at('t-' + name), millis(parts[name]));
    });
  }

  async function send(event) {
    if (event) event.preventDefault();
    if (!about) return;
    const protocol = chosen('protocol');
    at('send').disabled = true;
    mark(at('status'), 'wait');
    say(at('status'), 'waiting');
    const began = performance.now();
    try {
      const reply = await fetch(url(protocol), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: at('body').value,
      });
      const text = await reply.text();
      const total = performance.now() - began;
      mark(at('status'), reply.ok ? 'good' : 'bad');
      say(at('status'), reply.status + (reply.statusText ? ' ' + reply.statusText : ''));
      mark(at('answer'), reply.ok ? 'idle' : 'bad');
      const shown = isSafe(text) ? pretty(text) : text;
      say(at('answer'), shown.length > MOST_SHOWN ? shown.slice(0, MOST_SHOWN) + '\n… (' + shown.length + ' characters)' : shown);
      showTimings(reply.headers.get('server-timing'), total);
    } catch (e) {
      mark(at('status'), 'bad');
      say(at('status'), 'no answer');
      mark(at('answer'), 'bad');
      say(at('answer'), 'The adapter could not be reached (' + e.message + '). Does it still run?');
      at('timing').hidden = true;
      say(at('total'), '');
    } finally {
      at('send').disabled = false;
    }
    pollSoon();
  }

  // What the metrics say: how many requests there were, and how long they took.

  const snapshots = [];

  function parseMetrics(text) {
    const now = { time: performance.now(), total: 0, errors: 0, buckets: new Map() };
    text.split('\n').forEach(function (line) {
      const found = /^adapter_request_duration_seconds_(bucket|count)\{(.*)\} ([\d.eE+-]+)/.exec(line)
        || /^(adapter_requests_total)\{(.*)\} ([\d.eE+-]+)/.exec(line);
      if (!found) return;
      const value = Number(found[3]);
      if (found[1] === 'bucket') {
        const le = /le="([^"]+)"/.exec(found[2])[1];
        now.buckets.set(le, (now.buckets.get(le) || 0) + value);
      } else if (found[1] === 'adapter_requests_total') {
        now.total += value;
        // gRPC's OK is 0.
        if (!/code="(0|2\d\d)"/.test(found[2])) now.errors += value;
      }
    });
    return now;
  }

  function seconds(le) {
    return le === '+Inf' ? Infinity : Number(le);
  }

  function shortTime(value) {
    if (value === Infinity) return '';
    return value < 1 ? +(value * 1000).toPrecision(3) + ' ms' : +value.toPrecision(3) + ' s';
  }

  function showMetrics(now) {
    snapshots.push(now);
    while (snapshots.length > 2 && now.time - snapshots[1].time > SPAN_SECONDS * 1000) snapshots.shift();
    const first = snapshots[0];
    const before = snapshots[Math.max(0, snapshots.length - 4)];
    const span = (now.time - before.time) / 1000;
    const rate = span > 0 ? Math.max(0, now.total - before.total) / span : 0;
    say(at('rate'), rate < 10 ? String(+rate.toFixed(1)) : String(Math.round(rate)));
    const errors = Math.max(0, now.errors - first.errors);
    say(at('errors'), String(errors));
    at('errors').style.color = errors ? 'var(--bad)' : '';
    showRates(now);
    showLatency(first, now);
  }

  function showRates(now) {
    const rates = [];
    for (let i = 1; i < snapshots.length; i++) {
      const took = (snapshots[i].time - snapshots[i - 1].time) / 1000;
      rates.push({ age: (now.time - snapshots[i].time) / 1000, took: took,
        rate: Math.max(0, snapshots[i].total - snapshots[i - 1].total) / took });
    }
    const most = Math.max(1, ...rates.map(function (one) { return one.rate; }));
    let path = '';
    rates.forEach(function (one) {
      const right = 240 - 240 * one.age / SPAN_SECONDS;
      const width = 240 * one.took / SPAN_SECONDS;
      const height = 44 * one.rate / most;
      path += 'M' + (right - width).toFixed(1) + ' 48v' + (-height).toFixed(1) + 'h' + width.toFixed(1) + 'V48z';
    });
    let drawn = at('rates').querySelector('path');
    if (!drawn) {
      drawn = document.createElementNS('http://www.w3.org/2000/svg', 'path');
      at('rates').append(drawn);
    }
    drawn.setAttribute('d', path);
    say(at('rate-text'), 'at most ' + Math.round(most) + ' in a second');
  }

  function showLatency(first, now) {
    const bounds = Array.from(now.buckets.keys()).sort(function (a, b) { return seconds(a) - seconds(b); });
    let below = 0;
    let rows = bounds.map(function (le, i) {
      const upTo = now.buckets.get(le) - (first.buckets.get(le) || 0);
      const count = upTo - below;
      below = upTo;
      return { from: i ? seconds(bounds[i - 1]) : 0, to: seconds(le), count: count };
    });
    const total = below;
    const from = rows.findIndex(function (row) { return row.count > 0; });
    if (total <= 0 || from < 0) {
      at('latency').replaceChildren();
      say(at('latency-text'), 'No requests in the last 60 s.');
      return;
    }
    let to = rows.length - 1;
    while (rows[to].count <= 0) to--;
    const quantile = function (share) {
      let seen = 0;
      return rows.find(function (row) { seen += row.count; return seen >= share * total; });
    };
    const told = function (row) { return row.to === Infinity ? 'over ' + shortTime(row.from) : 'up to ' + shortTime(row.to); };
    say(at('latency-text'), 'Half ' + told(quantile(0.5)) + ', 99 of 100 ' + told(quantile(0.99)) + ' (of ' + total + ').');
    rows = rows.slice(from, to + 1);
    const most = Math.max(...rows.map(function (row) { return row.count; }));
    at('latency').replaceChildren(...rows.map(function (row) {
      const line = make('div');
      line.append(make('span', 'label', row.to === Infinity ? 'over ' + shortTime(row.from) : '≤ ' + shortTime(row.to)));
      const track = make('span', 'bar-of');
      const bar = make('i');
      bar.style.width = (100 * row.count / most) + '%';
      track.append(bar);
      line.append(track, make('span', '', String(row.count)));
      return line;
    }));
  }

  // Workers, what started and ended, and the output.

  const STATES = {
    starting: ['wait', 'starting'], ready: ['good', 'ready'], draining: ['wait', 'finishing'],
    terminating: ['wait', 'ending'], dead: ['bad', 'dead'],
  };

  function duration(age) {
    if (age < 60) return age + ' s';
    return age < 3600 ? Math.floor(age / 60) + ' min' : Math.floor(age / 3600) + ' h';
  }

  function showWorkers(state) {
    let inFlight = 0;
    at('workers').replaceChildren(...state.workers.map(function (worker) {
      inFlight += worker.inFlight;
      const row = make('tr');
      row.append(make('td', '', String(worker.number)));
      const cell = make('td');
      const known = STATES[worker.state] || ['idle', worker.state];
      const busy = worker.state === 'ready' && worker.inFlight > 0;
      const badge = make('span', 'badge', busy ? 'busy' : known[1]);
      badge.dataset.state = known[0];
      cell.append(badge);
      row.append(cell);
      [worker.pid || '–', worker.inFlight, worker.served, duration(worker.ageSeconds)].forEach(function (value) {
        row.append(make('td', 'number', String(value)));
      });
      return row;
    }));
    say(at('queued'), String(state.queued));
    say(at('in-flight'), String(inFlight));
  }

  const events = [];
  const deaths = new Map();
  const stderr = new Map();

  function clock(time) {
    return new Date(time).toLocaleTimeString([], { hour12: false });
  }

  function noteEvent(line) {
    if (line.type === 'child') {
      if (line.stream === 'stderr') {
        const words = stderr.get(line.worker) || [];
        words.push(line.message);
        if (words.length > 20) words.shift();
        stderr.set(line.worker, words);
      }
      return;
    }
    if (line.worker === undefined) return;
    const found = /^worker \d+: (READY|DEAD|DRAINING), (.*)$/s.exec(line.message)
      || /^worker \d+: (started) as (process \d+)$/.exec(line.message);
    if (!found) return;
    const why = found[2].replace(/; workers \(ready=.*$/s, '');
    const words = { READY: ['good', 'ready'], DEAD: ['bad', 'ended'], DRAINING: ['calm', 'finishes'], started: ['wait', 'starts'] };
    let look = words[found[1]];
    if (found[1] === 'DEAD' && line.severity === 'INFO') look = ['calm', 'ended as planned'];
    events.unshift({ time: line.time, look: look[0], title: 'Worker ' + line.worker + ' ' + look[1], text: why });
    if (events.length > 100) events.pop();
    if (found[1] === 'started') stderr.set(line.worker, []);
    if (found[1] === 'DEAD') deaths.set(line.worker, { why: why, words: stderr.get(line.worker) || [] });
    if (found[1] === 'READY') deaths.delete(line.worker);
  }

  let shownEvents = '';

  function showEvents(reloads) {
    const all = events.concat(reloads.last.map(function (one) {
      const titles = { running: ['wait', 'starts'], done: ['good', 'done in ' + one.millis + ' ms'], failed: ['bad', 'failed'], overtaken: ['calm', 'overtaken'] };
      const look = titles[one.state] || ['wait', one.state];
      // It stands where it ended, above the starts that it is made of.
      const time = new Date(Date.parse(one.time) + (one.millis || 0)).toISOString();
      return { time: time, look: look[0], title: 'Reload ' + one.number + ' ' + look[1], text: one.reason + (one.why ? '; ' + one.why : '') };
    })).sort(function (a, b) { return a.time < b.time ? 1 : -1; }).slice(0, 60);
    const now = JSON.stringify(all);
    if (now === shownEvents || !all.length) return;
    shownEvents = now;
    at('restarts').replaceChildren(...all.map(function (one) {
      const item = make('li');
      const time = make('time', '', clock(one.time));
      time.dateTime = one.time;
      const text = make('p');
      text.append(make('b', one.look, one.title), one.text ? ': ' + one.text : '');
      item.append(time, text);
      return item;
    }));
  }

  function isShown(line) {
    switch (chosen('filter')) {
      case 'program': return line.type === 'child';
      case 'adapter': return line.type === 'adapter';
      case 'warning': return line.severity === 'WARNING' || line.severity === 'ERROR';
      default: return true;
    }
  }

  const lines = [];

  function lineElement(line) {
    const level = line.severity === 'ERROR' ? ' error' : line.severity === 'WARNING' ? ' warning' : '';
    const element = make('div', (line.type === 'child' ? 'child' : 'adapter') + level);
    const speaker = level ? line.severity.toLowerCase() : line.type || 'adapter';
    const who = line.type === 'child' ? 'w' + line.worker + ' ' + (line.stream || '') : speaker;
    element.append(make('span', 'when', clock(line.time)), make('span', 'who', who), make('span', 'what', line.message));
    return element;
  }

  function redrawLines() {
    at('lines').replaceChildren(...lines.filter(isShown).map(lineElement));
    follow();
  }

  function follow() {
    if (at('follow').checked) at('lines').scrollTop = at('lines').scrollHeight;
  }

  function addLines(added) {
    if (!added.length) return;
    const view = document.createDocumentFragment();
    added.forEach(function (line) {
      noteEvent(line);
      lines.push(line);
      if (isShown(line)) view.append(lineElement(line));
    });
    at('lines').append(view);
    if (lines.length > MOST_LINES) lines.splice(0, lines.length - MOST_LINES);
    while (at('lines').childElementCount > MOST_LINES) at('lines').firstElementChild.remove();
    follow();
  }

  function showTrouble(state) {
    const last = state.reloads.last.find(function (one) { return one.state !== 'overtaken'; });
    const failed = last && last.state === 'failed' ? last : null;
    const reload = at('reload');
    reload.hidden = !last && !state.reloads.watches;
    if (last && last.state === 'running') {
      mark(reload, 'wait');
      say(reload, 'reloading');
    } else if (failed) {
      mark(reload, 'bad');
      say(reload, 'reload failed');
    } else {
      mark(reload, 'idle');
      say(reload, last ? 'reloaded ' + clock(last.time) : 'watching');
    }
    let title = '';
    let text = '';
    let trace = [];
    if (failed) {
      title = 'The new copy did not start';
      text = failed.reason + '; ' + failed.why + '. '
        + (state.ready ? 'The copy before it still serves.' : 'Nothing serves: no copy before it is left.');
      trace = failed.traceback;
    } else if (!state.ready && deaths.size) {
      const death = Array.from(deaths.values()).pop();
      title = 'The program does not run';
      text = death.why + '. It is started again when a file changes, and now and then.';
      trace = death.words;
    }
    at('trouble').hidden = !title;
    say(at('trouble-title'), title);
    say(at('trouble-text'), text);
    say(at('trouble-trace'), trace.join('\n'));
  }

  function showLeftOut(patterns) {
    at('left-out').hidden = !patterns.length;
    if (patterns.length) {
      say(at('left-out'), 'The program writes ' + patterns.join(', ') + ': a change of that is no reload. Name it in .gitignore.');
    }
  }

  function showCheck(check) {
    if (check.running || check.exit >= 0 || check.text) {
      if (at('check').dataset.closed !== 'true') at('check').hidden = false;
      mark(at('check-state'), check.running ? 'wait' : check.exit === 0 ? 'good' : 'bad');
      say(at('check-state'), check.running ? 'running' : check.exit === 0 ? 'it will serve' : 'exit code ' + check.exit);
      say(at('check-text'), check.text || '…');
    }
    at('run-check').disabled = check.running;
  }

  // Asking again and again: an answer of this kind holds no more than there is room for, and a viewer who is slow asks seldom. A
  // stream of events would need a limit for each viewer and a way to take up the thread again after a restart.

  let seen = 0;
  let timer = 0;
  let polling = false;

  async function poll() {
    polling = true;
    try {
      const replies = await Promise.all([fetch('/dev/state?after=' + seen), fetch('/metrics')]);
      const state = await replies[0].json();
      if (seen >= state.first + state.lines.length) {
        // Another run of the adapter has begun.
        location.reload();
        return;
      }
      seen = state.first + state.lines.length - 1;
      // What a page that is opened late would not know.
      state.before.forEach(noteEvent);
      addLines(state.lines);
      mark(at('state'), state.ready ? 'good' : 'wait');
      say(at('state'), state.ready ? 'Ready' : 'Not ready');
      showWorkers(state);
      showEvents(state.reloads);
      showTrouble(state);
      showLeftOut(state.reloads.leftOut);
      showCheck(state.check);
      showMetrics(parseMetrics(await replies[1].text()));
    } catch (e) {
      mark(at('state'), 'bad');
      say(at('state'), 'No connection');
    } finally {
      polling = false;
      timer = setTimeout(poll, document.hidden ? 5 * POLL_MILLIS : POLL_MILLIS);
    }
  }

  function pollSoon() {
    if (!polling) {
      clearTimeout(timer);
      poll();
    }
  }

  async function press(button, path) {
    button.disabled = true;
    try {
      await fetch(path, { method: 'POST' });
    } finally {
      button.disabled = false;
    }
    pollSoon();
  }

  async function start() {
    about = await (await fetch('/dev/about')).json();
    say(at('model'), about.model);
    document.title = about.model + ' · merlin-adapter dev';
    say(at('program'), about.program);
    say(at('version'), about.version);
    say(at('folders'), about.folders.length ? 'watching ' + about.folders.join(', ') : 'nothing is watched');
    ['http', 'upi'].forEach(function (protocol) {
      if (about[protocol]) {
        bodies[protocol] = isSafe(about[protocol].sample) ? pretty(about[protocol].sample) : about[protocol].sample;
      } else {
        at('has-' + protocol).hidden = true;
        document.querySelector('input[name="protocol"][value="' + (protocol === 'http' ? 'upi' : 'http') + '"]').checked = true;
      }
    });
    showProtocol();
    poll();
  }

  at('form').addEventListener('submit', send);
  at('body').addEventListener('input', bodyChanged);
  at('body').addEventListener('keydown', function (event) {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) send(event);
  });
  at('protocols').addEventListener('change', showProtocol);
  at('languages').addEventListener('change', showCode);
  at('filters').addEventListener('change', redrawLines);
  at('tidy').addEventListener('click', function () {
    if (isSafe(at('body').value)) at('body').value = pretty(at('body').value);
    fitBody();
    bodyChanged();
  });
  at('reset').addEventListener('click', function () {
    at('body').value = pretty(about[chosen('protocol')].sample);
    fitBody();
    bodyChanged();
  });
  at('copy').addEventListener('click', async function () {
    try {
      await navigator.clipboard.writeText(at('code').textContent);
      say(at('copied'), 'copied');
    } catch (e) {
      getSelection().selectAllChildren(at('code'));
      say(at('copied'), 'selected: press Ctrl + C');
    }
    setTimeout(function () { say(at('copied'), ''); }, 2500);
  });
  at('clear').addEventListener('click', function () {
    lines.length = 0;
    redrawLines();
  });
  at('restart').addEventListener('click', function () { press(at('restart'), '/dev/restart'); });
  at('run-check').addEventListener('click', function () {
    at('check').dataset.closed = 'false';
    press(at('run-check'), '/dev/check');
  });
  at('check-close').addEventListener('click', function () {
    at('check').dataset.closed = 'true';
    at('check').hidden = true;
  });

  start().catch(function (e) {
    mark(at('state'), 'bad');
    say(at('state'), 'No connection');
    setTimeout(function () { location.reload(); }, 2000);
  });
})();
