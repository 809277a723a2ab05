/* A virtual interface: a user-space ALSA PCM (ioplug) that cpal's ALSA host opens like hardware.
 *
 * Capture gives on channel 1 the frame number in 24 bits and on every other channel its own noise, so that any loss,
 * repeat, swap or scaling shows; the numbers come from CLOCK_MONOTONIC, so they go on across losses and reopening.
 * With `sound` it gives that file instead, over and over. Playback is taken at the same clock and thrown away. No daemon,
 * no kernel module, no root.
 *
 * Keys in the ALSA configuration: capture_channels, playback_channels, state_dir, speed (0.25: a quarter of real time),
 * ppm (error of this device's clock), sound (a file of raw S32_LE frames with all capture channels).
 * Files in state_dir, looked at once per period and at open:
 *   unplugged   open fails with ENODEV; running streams get POLLERR|POLLHUP, as from a pulled USB plug
 *   xrun        the next period is reported as an xrun, then the file is removed
 *   stall       the device hangs (no poll wake-up, no error) while the file exists
 *   rates       text, the rates that the device accepts now, as "44100 48000"
 */
#define PIC 1
#include <alsa/asoundlib.h>
#include <alsa/pcm_external.h>
#include <alsa/pcm_ioplug.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

typedef struct {
    snd_pcm_ioplug_t io;
    char dir[512];
    double speed;
    int64_t t0;          /* when this start was, ns */
    uint64_t moved;      /* frames moved since prepare */
    uint64_t base;       /* number of frame 0 since start */
    snd_pcm_uframes_t boundary, avail_min;
    int running, gone;
    const int32_t *sound; /* NULL: the numbers */
    uint64_t sound_frames;
} device_t;

static int64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static int flag(device_t *d, const char *name, int take) {
    char path[640];
    snprintf(path, sizeof path, "%s/%s", d->dir, name);
    if (!d->dir[0] || access(path, F_OK)) return 0;
    if (take) unlink(path);
    return 1;
}

static double frames_per_ns(device_t *d) { return d->io.rate * d->speed * 1e-9; }

static uint64_t hardware_frames(device_t *d) {
    return d->running ? (uint64_t)((now_ns() - d->t0) * frames_per_ns(d)) : 0;
}

/* Wakes poll() when avail_min frames can be moved; a time in the past fires at once. */
static void arm(device_t *d) {
    int capture = d->io.stream == SND_PCM_STREAM_CAPTURE;
    int64_t frames = (int64_t)d->moved + (int64_t)d->avail_min, at = 1;
    if (!capture) frames -= (int64_t)d->io.buffer_size;
    if (d->running && frames > 0) at = d->t0 + (int64_t)(frames / frames_per_ns(d)) + 1000;
    /* The repeat looks at the files again while the device hangs. */
    struct itimerspec when = { .it_value = { at / 1000000000LL, at % 1000000000LL }, .it_interval = { 0, 5000000 } };
    if (!d->running && capture) when.it_value.tv_sec = when.it_value.tv_nsec = 0;
    timerfd_settime(d->io.poll_fd, TFD_TIMER_ABSTIME, &when, NULL);
}

static void take_sw_params(device_t *d, snd_pcm_sw_params_t *params) {
    snd_pcm_sw_params_get_boundary(params, &d->boundary);
    snd_pcm_sw_params_get_avail_min(params, &d->avail_min);
}

static int on_prepare(snd_pcm_ioplug_t *io) {
    device_t *d = io->private_data;
    snd_pcm_sw_params_t *params;
    if (flag(d, "unplugged", 0)) return -ENODEV;
    snd_pcm_sw_params_alloca(&params);
    snd_pcm_sw_params_current(io->pcm, params);
    take_sw_params(d, params);
    d->moved = 0;
    d->running = 0;
    arm(d);
    return 0;
}

static int on_sw_params(snd_pcm_ioplug_t *io, snd_pcm_sw_params_t *params) {
    take_sw_params(io->private_data, params);
    return 0;
}

static int on_start(snd_pcm_ioplug_t *io) {
    device_t *d = io->private_data;
    d->t0 = now_ns();
    d->base = (uint64_t)(d->t0 * frames_per_ns(d));   /* what was missed stays missed */
    d->running = 1;
    arm(d);
    return 0;
}

static int on_stop(snd_pcm_ioplug_t *io) {
    device_t *d = io->private_data;
    d->running = 0;
    arm(d);
    return 0;
}

static snd_pcm_sframes_t on_pointer(snd_pcm_ioplug_t *io) {
    device_t *d = io->private_data;
    uint64_t hardware = hardware_frames(d);
    if (d->gone) return -ENODEV;
    uint64_t room = io->stream == SND_PCM_STREAM_CAPTURE ? io->buffer_size : 0;
    if (hardware > d->moved + room) return -EPIPE;
    return hardware % (d->boundary ? d->boundary : io->buffer_size);
}

/* The same numbers as src/audio/scripted_host/signal.rs, of the frame number in 24 bits. */
static int32_t sample(uint64_t frame, unsigned channel) {
    uint64_t x = frame & 0xFFFFFF;
    if (channel > 0) {
        x = x * 0x9E3779B97F4A7C15ULL ^ (uint64_t)(channel + 1) * 0xD1B54A32D192ED03ULL;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
        x ^= x >> 31;
    }
    return (int32_t)((uint32_t)x << 8);
}

/* The frame of the file that is played at this frame of the clock. */
static int32_t played(device_t *d, uint64_t frame, unsigned channel) {
    return d->sound[(frame % d->sound_frames) * d->io.channels + channel];
}

static snd_pcm_sframes_t on_transfer(snd_pcm_ioplug_t *io, const snd_pcm_channel_area_t *area, snd_pcm_uframes_t offset,
                                     snd_pcm_uframes_t frames) {
    device_t *d = io->private_data;
    if (d->gone) return -ENODEV;
    if (io->stream == SND_PCM_STREAM_CAPTURE) {
        int32_t *out = (int32_t *)((char *)area->addr + (area->first + area->step * offset) / 8);
        for (snd_pcm_uframes_t i = 0; i < frames; i++)
            for (unsigned c = 0; c < io->channels; c++) {
                uint64_t frame = d->base + d->moved + i;
                *out++ = d->sound ? played(d, frame, c) : sample(frame, c);
            }
    }
    d->moved += frames;
    arm(d);
    return frames;
}

static void drain_timer(device_t *d) {
    uint64_t expirations;
    if (read(d->io.poll_fd, &expirations, sizeof expirations) < 0) { /* it had not fired */ }
}

static int on_revents(snd_pcm_ioplug_t *io, struct pollfd *fds, unsigned count, unsigned short *revents) {
    device_t *d = io->private_data;
    int capture = io->stream == SND_PCM_STREAM_CAPTURE;
    (void)count;
    *revents = 0;
    if (flag(d, "unplugged", 0)) {
        d->gone = 1;
        snd_pcm_ioplug_set_state(io, SND_PCM_STATE_DISCONNECTED);
        *revents = POLLERR | POLLHUP;
        return 0;
    }
    if (!(fds->revents & POLLIN)) return 0;
    if (flag(d, "stall", 0)) {
        drain_timer(d);
        return 0;
    }
    if (d->running && capture && flag(d, "xrun", 1)) d->t0 -= (int64_t)(2.0 * io->buffer_size / frames_per_ns(d));
    int64_t ahead = (int64_t)hardware_frames(d) - (int64_t)d->moved;
    int64_t ready = capture ? ahead : (int64_t)io->buffer_size + ahead;
    if (ready >= (int64_t)d->avail_min) {
        *revents = capture ? POLLIN : POLLOUT;
    } else {
        drain_timer(d);
        arm(d);
    }
    return 0;
}

static int on_close(snd_pcm_ioplug_t *io) {
    device_t *d = io->private_data;
    close(io->poll_fd);
    if (d->sound) munmap((void *)d->sound, d->sound_frames * 4 * io->channels);
    free(d);
    return 0;
}

static const snd_pcm_ioplug_callback_t callbacks = {
    .start = on_start, .stop = on_stop, .pointer = on_pointer, .transfer = on_transfer, .prepare = on_prepare,
    .sw_params = on_sw_params, .poll_revents = on_revents, .close = on_close,
};

/* Maps the whole frames of the file. */
static int map_sound(device_t *d, const char *path, long channels) {
    struct stat told;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return -errno;
    int failed = fstat(file, &told) < 0 ? -errno : 0;
    uint64_t frames = failed ? 0 : (uint64_t)told.st_size / (4 * (uint64_t)channels);
    void *sound = frames ? mmap(NULL, frames * 4 * (uint64_t)channels, PROT_READ, MAP_PRIVATE, file, 0) : MAP_FAILED;
    close(file);
    if (sound == MAP_FAILED) return failed ? failed : -EINVAL;
    d->sound = sound;
    d->sound_frames = frames;
    return 0;
}

static void constrain(device_t *d, long channels) {
    unsigned rates[16] = { 44100, 48000, 88200, 96000, 176400, 192000 }, count = 6;
    const unsigned access[] = { SND_PCM_ACCESS_RW_INTERLEAVED }, format[] = { SND_PCM_FORMAT_S32_LE };
    char path[640];
    snprintf(path, sizeof path, "%s/rates", d->dir);
    FILE *told = d->dir[0] ? fopen(path, "r") : NULL;
    if (told) {
        count = 0;
        while (count < 16 && fscanf(told, "%u", &rates[count]) == 1) count++;
        fclose(told);
    }
    snd_pcm_ioplug_set_param_list(&d->io, SND_PCM_IOPLUG_HW_ACCESS, 1, access);
    snd_pcm_ioplug_set_param_list(&d->io, SND_PCM_IOPLUG_HW_FORMAT, 1, format);
    snd_pcm_ioplug_set_param_list(&d->io, SND_PCM_IOPLUG_HW_RATE, count, rates);
    snd_pcm_ioplug_set_param_minmax(&d->io, SND_PCM_IOPLUG_HW_CHANNELS, channels, channels);
    snd_pcm_ioplug_set_param_minmax(&d->io, SND_PCM_IOPLUG_HW_PERIOD_BYTES, 16 * 4 * channels, 8192 * 4 * channels);
    snd_pcm_ioplug_set_param_minmax(&d->io, SND_PCM_IOPLUG_HW_PERIODS, 2, 64);
    snd_pcm_ioplug_set_param_minmax(&d->io, SND_PCM_IOPLUG_HW_BUFFER_BYTES, 32 * 4 * channels, 32768 * 4 * channels);
}

SND_PCM_PLUGIN_DEFINE_FUNC(vscarlett) {
    snd_config_iterator_t i, next;
    long inputs = 18, outputs = 20;
    double speed = 1.0, ppm = 0.0;
    const char *dir = NULL, *sound = NULL;
    (void)root;
    snd_config_for_each(i, next, conf) {
        snd_config_t *entry = snd_config_iterator_entry(i);
        const char *id;
        if (snd_config_get_id(entry, &id) < 0 || !strcmp(id, "type") || !strcmp(id, "hint")) continue;
        if (!strcmp(id, "capture_channels")) snd_config_get_integer(entry, &inputs);
        else if (!strcmp(id, "playback_channels")) snd_config_get_integer(entry, &outputs);
        else if (!strcmp(id, "state_dir")) snd_config_get_string(entry, &dir);
        else if (!strcmp(id, "sound")) snd_config_get_string(entry, &sound);
        else if (!strcmp(id, "speed")) snd_config_get_ireal(entry, &speed);
        else if (!strcmp(id, "ppm")) snd_config_get_ireal(entry, &ppm);
        else return -EINVAL;
    }
    long channels = stream == SND_PCM_STREAM_CAPTURE ? inputs : outputs;
    if (channels <= 0) return -EINVAL;
    device_t *d = calloc(1, sizeof *d);
    if (!d) return -ENOMEM;
    d->speed = speed * (1.0 + ppm * 1e-6);
    if (dir) snprintf(d->dir, sizeof d->dir, "%s", dir);
    if (flag(d, "unplugged", 0)) {
        free(d);
        return -ENODEV;
    }
    int mapped = sound && stream == SND_PCM_STREAM_CAPTURE ? map_sound(d, sound, channels) : 0;
    if (mapped < 0) {
        free(d);
        return mapped;
    }
    d->io.version = SND_PCM_IOPLUG_VERSION;
    d->io.name = "Virtual Scarlett";
    d->io.flags = SND_PCM_IOPLUG_FLAG_LISTED | SND_PCM_IOPLUG_FLAG_MONOTONIC | SND_PCM_IOPLUG_FLAG_BOUNDARY_WA;
    d->io.callback = &callbacks;
    d->io.private_data = d;
    d->io.poll_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    d->io.poll_events = POLLIN;
    int failed = snd_pcm_ioplug_create(&d->io, name, stream, mode);
    if (failed < 0) {
        close(d->io.poll_fd);
        free(d);
        return failed;
    }
    constrain(d, channels);
    *pcmp = d->io.pcm;
    return 0;
}
SND_PCM_PLUGIN_SYMBOL(vscarlett);
