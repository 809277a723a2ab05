# Desk files.

fault-desk-read = The desk file { $file } could not be read: { $why }.
    .remedy = Check the name, or make one with: korero desk new > desk.toml
fault-desk-write = The desk could not be saved as { $file }: { $why }. The desk in use is unchanged.
    .remedy = Choose another place, or make room there.
fault-desk-syntax = { $file }, line { $line }: this is not TOML: { $why }.
    .remedy = Mend that line; “korero desk new” prints a desk to compare with.
fault-desk-unknown = { $file }, line { $line }: there is nothing called “{ $field }” on the desk.
    .remedy = Check the spelling; “korero desk new” prints every name.
fault-desk-kind = { $file }, line { $line }: “{ $field }” has a value of the wrong kind.
    .remedy = “korero desk new” prints an example of each value.
fault-desk-range = { $file }, line { $line }: “{ $field }” is { $value }, but goes from { $min } to { $max }.
    .remedy = Give it a value in that range.
fault-desk-no-input = { $file }, line { $line }: { $field } has no input.
    .remedy = Add a line such as: input = [1]
fault-desk-input = { $file }, line { $line }: “{ $field }” is one input or two different ones, counted from 1 to { $most }.
    .remedy = Write input = [1] for a mono strip, input = [3, 4] for a stereo pair.
fault-desk-twice = { $file }, line { $line }: { $field } has the id “{ $id }” of another strip.
    .remedy = Give each strip an id of its own, or leave the line out.
fault-desk-too-many = { $file }, line { $line }: a desk has at most { $most } strips.
    .remedy = Take some strips out.
fault-desk-newer = { $file } was written by a newer version (format { $format }). It was left as it is.
    .remedy = Update this program to use it.
fault-desk-format = { $file }, line { $line }: the file does not say its format.
    .remedy = Begin it with the line: format = 1
fault-desk-choice = { $file }, line { $line }: “{ $field }” is one of: { $words }.
    .remedy = Write one of these words, in quotes.
fault-desk-slot = { $file }, line { $line }: “{ $field }” is not an effect, or the place is taken by another one.
    .remedy = Keep one effect at that place; “korero desk new” shows where effects can stand.
fault-desk-newer-locked = { $file } was written by a newer version (format { $format }). What this version knows of it can be used; it is not changed.
    .remedy = Update this program to use all of it and to save it again.

# Scenes and presets.

fault-scene-too-many = { $file }, line { $line }: there are at most { $most } scenes.
    .remedy = Take some scenes out.
fault-scene-twice = { $file }, line { $line }: { $field } has the id “{ $id }” of another scene.
    .remedy = Give each scene an id of its own, or leave the line out.
fault-scene-channel = { $file }, line { $line }: “{ $field }” names something that is no channel.
    .remedy = Name channels such as "strip.voice", "group1", "return1", "mix", "cue1".
fault-scene-locked = The scenes lie in a file that must not be changed: a newer version wrote it, or it is damaged. Scenes can be recalled but not changed.
    .remedy = Update this program, or mend or put away the file scenes.toml, and start again.
fault-preset-file-name = The preset { $file } was left out: its name is not one of a preset.
    .remedy = Name it with lower-case letters, digits and hyphens, such as my-voice.toml
fault-preset-too-many = There are more than { $most } presets in { $folder }. The rest was left out.
    .remedy = Put away those that you do not use.
fault-preset-locked = The preset “{ $name }” was written by a newer version. It can be used and was left as it is.
    .remedy = Save under another name, or update this program.
preset-voice = Voice
preset-spoken-voice = Spoken voice
preset-guitar-di = Acoustic guitar, pick-up
preset-guitar-mic = Acoustic guitar, microphone
preset-piano = Piano
preset-cajon = Cajón
preset-double-bass = Double bass
preset-audience = Audience
