# The strips beside each other: their stages in small, what their faders stand for, several that move together.

strips-faders = Faders
strips-faders-tip = What the faders of the strips stand for: the mix, or what they send to an effect or to headphones.
strips-to-mix = Back to the mix
strips-to-mix-tip = The faders stand for the mix again (Esc).
strips-level = { $strip }: { $layer }
strips-narrow = Narrow
strips-narrow-tip = Narrow strips, so that more of them are in sight
strips-together = { $count } together
strips-together-named = { $count } strips move together: let them go (Esc)
strips-selected = { $strip }, strip { $number }, selected
strips-select-tip = Ctrl-click, Shift-click or Shift with the arrow keys selects several: their faders, mutes and solos move together.
strips-map = Strips in sight
strips-map-value = { $first } to { $last }
strips-lamp-on = { $strip }: { $stage } on
strips-lamp-off = { $strip }: { $stage } off
strips-lamp-inserts = { $strip }: inserts: { $effects }
strips-lamp-no-inserts = { $strip }: no inserts
strips-lamp-bypassed = { $effect } (off)
strips-lamp-tip = A double-click opens it.
strips-eq-curve = { $strip }: EQ curve
strips-sends = { $strip }: sends: { $levels }
strips-sends-none = { $strip }: sends nothing
strips-reduction = { $strip }: gain reduction
edit-together = { $count } strips: { $control }
strips-band = { $band }: point on the curve
strips-band-tip = Drag: frequency and gain. Wheel or pinch: Q. Double-click: flat. Keys: arrows, + and −, Home.

# The colour of a strip
strips-hue = Colour of { $strip }: { $hue }
strips-hue-tip = Choose another colour.
strips-hue-key = { $strip }: { $hue }
hue-0 = red
hue-1 = orange
hue-2 = yellow
hue-3 = olive
hue-4 = green
hue-5 = jade
hue-6 = teal
hue-7 = sky blue
hue-8 = blue
hue-9 = indigo
hue-10 = violet
hue-11 = pink

# One channel, large
focus-large = { $channel }: large
focus-large-key = Large
focus-large-tip = Gives this channel the whole height: curves grow, and what was taken away in the last seconds is seen.
focus-compare = { $channel }: setting { $letter }
focus-compare-tip = Two settings of the channel, everything but gain, fader and sends. The lit one is heard and edited. Each switch can be undone.
focus-lately = gain reduction of the last seconds
focus-late = { $ms } ms
focus-late-tip = So much later the channel comes out. All others are held back for it, headphones never.
focus-removed = hear what is removed
focus-removed-key = Hear removed
focus-removed-tip = Your headphones play only what the denoiser takes away: is there music in it? What listeners hear never changes. Any solo key ends it.
edit-compare = A/B of { $channel }

# What was done
trail-name = What was done
trail-tip = Every change of the desk in words; a click goes back to there, or forth again.
trail-turned = { $edit }: { $values }
trail-values = { $from } → { $to }
trail-on = on
trail-off = off
trail-back = { $edit } (taken back)
trail-beginning = As the evening began
