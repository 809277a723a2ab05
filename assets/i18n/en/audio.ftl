# Sound interfaces: choosing, opening, losing and finding them again.

fault-audio-host = “{ $spec }” names no place that sound can come from.
    .remedy = Write cpal, cpal:ID with an id from “korero devices”, or scripted:FILE.

fault-audio-list = The system's sound could not be asked for its interfaces: { $detail }
    .remedy = See that the sound service of this computer runs, then look again.

fault-audio-no-devices = The interface { $wanted } is not there; no interface is.
    .remedy = Plug it in and switch it on, then look again.

fault-audio-no-such-device = The interface { $wanted } is not there. Found: { $list }. No other was taken in its place.
    .remedy = Plug it in, or choose one of those found.

fault-audio-too-few-inputs = { $device } has { $has ->
        [one] 1 input
       *[other] { $has } inputs
    } where { $needs } are named. Nothing was opened.
    .remedy = Choose an interface with { $needs } inputs, or name fewer on the desk.

fault-audio-too-few-outputs = { $device } has { $has ->
        [one] 1 output
       *[other] { $has } outputs
    } where { $needs } are needed. Nothing was opened.
    .remedy = Choose another device for the headphones.

fault-audio-busy = { $device } is in use by another program.
    .remedy = Close the other program, or choose another interface.

fault-audio-denied = This computer does not let korero use { $device }.
    .remedy = Allow the use of the microphone in the system's settings; on Linux, be a member of the group “audio”.

fault-audio-config = { $device } offers no form of sound that can be used: { $detail }
    .remedy = Set the interface to 48,000 Hz and 24 bits in its own settings.

fault-audio-open = { $device } could not be opened: { $detail }
    .remedy = Unplug the interface, plug it in again, then choose it again.

fault-audio-lost = { $device } went away. What was recorded is safe, and time goes on as silence.
    .remedy = Plug it in again: it is taken back by itself within a second. No other interface is taken in its place.

fault-audio-stalled = { $device } gave no sound for { $seconds } seconds. What was recorded is safe, and time goes on as silence.
    .remedy = Unplug it and plug it in again: it is taken back by itself.

fault-audio-no-numbers = { $device } gave { $samples ->
        [one] 1 sample that is no number
       *[other] { $samples } samples that are no numbers
    } (inputs: { $inputs }). Silence stands for them; all other sound is untouched.
    .remedy = Unplug it, plug it in again and renew its driver. If it goes on, use another input.

fault-audio-monitor-lost = The headphones on { $device } went away. Mix, recording and air are untouched.
    .remedy = Plug the device in again: it is taken back by itself.

fault-audio-realtime = This computer refused realtime priority to the sound of { $device }. Sound runs, but another busy program may tear it.
    .remedy = On Linux, allow it in /etc/security/limits.d (@audio - rtprio 95) and log in again; until then close other programs.

fault-audio-script = The script { $file } cannot be played: { $detail }
    .remedy = Mend the script at the place named, then start again.

fault-audio-file = The sound file { $file } cannot be played: { $detail }
    .remedy = Use WAV or FLAC files that all have the same sample rate.

fault-audio-thread = No thread could be started for sound: { $detail }
    .remedy = Close other programs, then start again.
