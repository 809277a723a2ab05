# The panels below the strips: undo, presets, scenes, meters, the set-up assistant.

# Undo, redo, copy
edit-undo = Undo
edit-undo-tip = Takes the last change of the desk back.
edit-undo-named = Undo: { $edit }
edit-undo-none = Undo: nothing to take back
edit-redo = Redo
edit-redo-tip = Does again what was taken back.
edit-redo-named = Redo: { $edit }
edit-redo-none = Redo: nothing was taken back
edit-copy = Copy all settings
edit-copy-key = Copy
edit-copy-tip = Copies all settings of the chosen strip.
edit-paste = Paste the copied settings
edit-paste-key = Paste
edit-paste-tip = Sets the chosen strip as the copied one; it keeps its name, inputs and solo.
edit-paste-of = Paste the settings of { $strip }
edit-paste-none = Paste: no strip was copied yet
edit-add = add a strip
edit-remove = remove { $strip }
edit-rename = name of { $strip }
edit-hue = colour of { $strip }
edit-feed = input of { $strip }
edit-key = key of { $strip }
edit-pasted = paste onto { $strip }
edit-preset = preset { $preset } on { $strip }
edit-recall = scene { $scene }
edit-setup = what the assistant found
edit-whole = the whole desk

# Presets
preset-of = { $strip }: preset
preset-none = No preset
preset-tip = Sets everything but gain, delay, fader and sends. Undo brings back what was there.
preset-locked-name = { $name } (read-only)
preset-read-only = A newer version wrote this preset. It can be used; it is not changed.
preset-keep = Keep as…
preset-keep-tip = Keeps what this strip is set to as a preset of your own.
preset-name = Name of the preset
preset-with-fader = With fader and pan
preset-save = Keep
preset-replace = Replace

# Scenes
scene-panel = Scenes
scene-panel-tip = The whole desk under a name, to be recalled at once or in a fade.
scene-next = Next scene
scene-next-tip = Recalls the next scene. Undo brings back what was there.
scene-next-named = Next scene: { $scene }
scene-last = That was the last scene
scene-fading = { $seconds } s left
scene-seconds = { $seconds } s
scene-empty = No scenes yet. Set the desk as a song needs it, then keep it here.
scene-locked = Scenes can be recalled but not changed: their file is from a newer version or damaged.
scene-keep = Keep the desk as a scene
scene-keep-tip = Keeps the whole desk as it is now as a scene that follows the one marked “now”.
scene-numbered = Scene { $number }
scene-row = { $number }, { $scene }
scene-now = now
scene-comes = next
scene-recall = Recall
scene-recall-named = Recall { $scene }
scene-name = Name
scene-name-of = Name of { $scene }
scene-fade = Fade, s
scene-fade-of = Fade of { $scene } in seconds
scene-update = Keep the desk here
scene-update-named = Keep the desk as it is now in { $scene }
scene-update-sure = Press again to keep it here
scene-update-sure-named = Press again to keep the desk in { $scene }; what it holds now does not come back by undo
scene-up = Up
scene-up-named = Move { $scene } up
scene-down = Down
scene-down-named = Move { $scene } down
scene-remove = Remove
scene-remove-named = Remove { $scene }
scene-remove-sure = Press again to remove
scene-remove-sure-named = Press again to remove { $scene }; scenes do not come back by undo
scope-parts = A recall sets
scope-part = Recall sets: { $what }
scope-channels = of these channels
scope-channel = Recall reaches: { $what }
scope-all = All
part-input = inputs
part-gain = gain
part-filters = filters
part-eq = EQ
part-dynamics = dynamics
part-slots = inserts
part-fader = faders
part-mute = mutes
part-pan = pan
part-sends = sends
part-cues = cues
part-routing = routing
part-name = names

# Meters
meter-title = meters
meter-momentary = momentary
meter-short = short
meter-integrated = integrated
meter-range = range
meter-true-peak = true peak
meter-correlation = correlation
meter-spectrum = spectrum
meter-reset = Begin anew
meter-reset-tip = Begins anew with integrated loudness, range and true peak.
meter-silent = Nothing is heard yet.
meter-on-target = As loud as listeners expect.
meter-louder = { $by } LU louder than −{ $target } LUFS.
meter-softer = { $by } LU softer than −{ $target } LUFS.

# The key of gate and compressor
panel-key-source = listens to
panel-key-itself = Itself
panel-key-tip = The strip that gate and compressor listen to while their key is on.

# Latency
window-latency = The mix comes { $ms } ms after its inputs
window-latency-short = latency { $ms } ms
window-latency-tip = The mix comes { $ms } ms after its inputs, because some effects must look ahead. Headphones are never later for it.

# The set-up assistant
setup-panel = Set-up
setup-panel-tip = Play, and it tells what each input is: pair, polarity, trim.
setup-listen = Listen
setup-stop = Stop listening
setup-begin = Press Listen, then play one instrument after the other, as loudly as in the show.
setup-play = Play one instrument after the other, as loudly as in the show. Each appears here as it is heard.
setup-found = Take over what is right, line by line or all at once. One undo takes it back.
setup-accept = Take over
setup-accept-all = Take over all
setup-done = On the desk
setup-name = Name of { $inputs }
setup-input = Input { $input }
setup-inputs = Inputs { $first }-{ $last }
setup-mono = one microphone or line
setup-pair = a stereo pair
setup-turned = a pair, one side inverted
setup-plays = plays now
setup-rests = rests now
setup-heard = { $average }, peak { $peak } dBFS
setup-trim = { $trim } dB
setup-levels = { $average } dBFS on average, peaks at { $peak } dBFS; trim { $trim } dB
setup-too-loud = All together would clip the mix by { $over } dB.
setup-softer = Mix { $over } dB down
setup-silent = Nothing was played into: { $inputs }
setup-loopback = These bring back what the computer plays and are left out: { $inputs }
