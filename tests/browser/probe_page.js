// Runs inside the page before its own scripts: keeps hold of its connections, notes every state it shows, and carries its sound
// into the probe. It changes nothing that the page does.
(() => {
  const seen = { phases: [], clicks: [], tones: [], silences: [], stalls: [], peers: [], course: [] };
  window.__probe = seen;

  const Real = window.RTCPeerConnection;
  window.RTCPeerConnection = new Proxy(Real, {
    construct(target, args) {
      const peer = new target(...args);
      seen.peers.push(peer);
      return peer;
    },
  });

  // UTC in ms by the system's clock, as the test host reads it; a whole millisecond lasts from x.0 to x.999.
  const notePhase = () => {
    const phase = document.querySelector("main[data-phase]")?.getAttribute("data-phase") ?? document.querySelector("main")?.className;
    if (phase && seen.phases.at(-1)?.phase !== phase) seen.phases.push({ phase, utc_ms: Date.now() });
  };
  new MutationObserver(notePhase).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-phase"] });

  let context = null;
  let node = null;
  let source = null;
  let playing = null;

  /** Begins to measure what the page's audio element plays; follows it to later streams. */
  window.__measure = async (workletText, courseMs) => {
    context = new AudioContext({ latencyHint: 0, sampleRate: 48000 });
    await context.audioWorklet.addModule(URL.createObjectURL(new Blob([workletText], { type: "text/javascript" })));
    node = new AudioWorkletNode(context, "korero-probe", { channelCount: 2, channelCountMode: "explicit", channelInterpretation: "discrete", processorOptions: { apart: courseMs > 0 } });
    node.port.onmessage = ({ data }) => hear(data);
    // Through a closed tap to the loudspeaker, so that the graph is pulled at the rate of the output.
    const closed = new GainNode(context, { gain: 0 });
    node.connect(closed).connect(context.destination);
    await context.resume();
    setInterval(follow, 20);
    follow();
    if (courseMs > 0) setInterval(look, courseMs);
  };

  /** Forgets what was heard until now; the connections stay. */
  window.__forget = () => {
    for (const list of [seen.clicks, seen.tones, seen.silences, seen.stalls]) list.length = 0;
  };

  /** The counters of the connection that is in use. */
  window.__counters = async () => {
    const peer = seen.peers.at(-1);
    const found = {};
    if (!peer) return found;
    (await peer.getStats()).forEach((entry) => {
      if (entry.type === "inbound-rtp" && entry.kind === "audio") Object.assign(found, entry);
      if (entry.type === "codec") found.fmtp = entry.sdpFmtpLine;
      if (entry.type === "candidate-pair" && entry.nominated) found.roundTripTime = entry.currentRoundTripTime;
    });
    return found;
  };

  /** Notes the counters of the connection that is played, and which sound it plays. */
  async function look() {
    const tracks = playing?.getAudioTracks() ?? [];
    const peer = seen.peers.findIndex((each) => each.getReceivers().some(({ track }) => tracks.includes(track)));
    if (peer < 0) return;
    const [receiver] = seen.peers[peer].getReceivers();
    const report = await receiver.getStats();
    const [source] = receiver.getSynchronizationSources();
    report.forEach((entry) => {
      if (entry.type !== "inbound-rtp") return;
      const { totalSamplesReceived, concealedSamples, concealmentEvents, bytesReceived, packetsReceived, nackCount, jitterBufferDelay, jitterBufferEmittedCount, insertedSamplesForDeceleration, removedSamplesForAcceleration } = entry;
      seen.course.push({
        utc_ms: Date.now(), peer, samples: totalSamplesReceived, concealed: concealedSamples, events: concealmentEvents,
        bytes: bytesReceived, packets: packetsReceived, nacks: nackCount ?? 0, buffer_s: jitterBufferDelay, emitted: jitterBufferEmittedCount,
        inserted: insertedSamplesForDeceleration, removed: removedSamplesForAcceleration,
        rtp_time: source?.rtpTimestamp ?? null, played_ms: source?.timestamp ?? null,
      });
    });
  }

  function follow() {
    const stream = document.querySelector("audio")?.srcObject ?? null;
    if (stream === playing) return;
    playing = stream;
    source?.disconnect();
    source = stream === null || stream.getAudioTracks().length === 0 ? null : context.createMediaStreamSource(stream);
    source?.connect(node);
  }

  function hear(data) {
    if (data.click) {
      const { contextTime, performanceTime } = context.getOutputTimestamp();
      const dac = performance.timeOrigin + performanceTime + (data.click.frame / 48000 - contextTime) * 1000;
      seen.clicks.push({ ...data.click, dac_utc_ms: dac });
    }
    if (data.tones) seen.tones.push(data);
    if (data.silence) seen.silences.push(data.silence);
    if (data.stall_ms) seen.stalls.push({ ms: data.stall_ms, utc_ms: data.utc_ms });
  }
})();
