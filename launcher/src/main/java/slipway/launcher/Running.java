package slipway.launcher;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import slipway.launcher.Screen.Tone;
import slipway.launcher.demo.Stage;
import slipway.launcher.estate.Estate;
import slipway.launcher.local.Control;
import slipway.launcher.local.Home;
import slipway.launcher.local.Layout;
import slipway.launcher.local.Local;
import slipway.launcher.local.Ports;
import slipway.launcher.local.Ports.For;
import slipway.launcher.local.Services;
import slipway.launcher.local.Supervisor;
import slipway.launcher.local.Trouble;

/// Slipway and its small estate, running on this machine.
public final class Running implements AutoCloseable {

    private static final String ESTATE = "estate";
    private static final Duration REMINDER = Duration.ofSeconds(15);
    /// For everything together: one service that needs all of its time has it, and who hangs does not add to it.
    private static final Duration STOPPING = Services.TO_STOP.plusSeconds(20);

    private final Home home;
    private final Ports ports;
    private final Local local;
    private final Estate estate;
    private final Screen screen;
    private final Supervisor supervisor;
    /// What is not ready yet, by its name.
    private final Set<String> pending = new LinkedHashSet<>();

    private @Nullable Control control;
    private int parts;
    private boolean closed;

    private Running(Home home, Ports ports, Local local, Estate estate, Supervisor supervisor, Screen screen) {
        this.home = home;
        this.ports = ports;
        this.local = local;
        this.estate = estate;
        this.supervisor = supervisor;
        this.screen = screen;
    }

    /// Starts everything, or nothing.
    ///
    /// @param data where everything is kept
    /// @param examples the directory that the estate is made from
    public static Running start(Path data, Path examples, Ports ports, Layout layout, Screen screen) {
        Home home = Home.take(data);
        System.setProperty("slipway.log", home.sub("logs").resolve("slipway.log").toString());
        Running running = null;
        try {
            Local local = new Local(home, ports, layout);
            Supervisor supervisor = new Supervisor(telling(screen));
            Estate estate = new Estate(home, local, ports, examples, supervisor);
            ports.mustBeFree(layout::count);
            running = new Running(home, ports, local, estate, supervisor, screen);
            // Whoever presses Ctrl-C while it starts gets it stopped, too.
            Runtime.getRuntime().addShutdownHook(new Thread(running::closeInTime, "stop"));
            running.begin();
            return running;
        } catch (RuntimeException e) {
            if (running == null) {
                home.close();
            } else {
                running.close();
            }
            throw e;
        }
    }

    private static Supervisor.Telling telling(Screen screen) {
        return new Supervisor.Telling() {
            @Override
            public void trouble(String line) {
                screen.timed(Tone.BAD, line);
            }

            @Override
            public void news(String line) {
                screen.timed(Tone.GOOD, line);
            }
        };
    }

    private void begin() {
        pending.add(ESTATE);
        pending.addAll(local.parts());
        parts = pending.size();
        screen.waiting("starting " + String.join(", ", pending));
        screen.plain("starting " + String.join(", ", pending));
        Thread reminder = Thread.ofVirtual().name("reminder").start(this::remind);
        CompletableFuture<Void> stage = CompletableFuture.runAsync(() -> {
            estate.start();
            ready(ESTATE, "seven web servers, one database");
        });
        RuntimeException failure = null;
        try {
            local.start(estate.papers(), telling());
        } catch (RuntimeException e) {
            failure = e;
        }
        try {
            stage.join();
        } catch (CompletionException e) {
            if (failure == null) {
                failure = e.getCause() instanceof Trouble trouble ? trouble : e;
            }
        }
        reminder.interrupt();
        if (failure != null) {
            throw failure;
        }
        screen.waiting("");
    }

    /// Where there is no footer, a slow machine would be silent for minutes.
    private void remind() {
        try {
            while (true) {
                Thread.sleep(REMINDER);
                synchronized (pending) {
                    screen.plain("waiting for " + String.join(", ", pending));
                }
            }
        } catch (InterruptedException e) {
            // all is there, or nothing will be
        }
    }

    private Local.Telling telling() {
        return new Local.Telling() {
            @Override
            public void ready(String what, String where, Duration took) {
                Running.this.ready(what, String.format(Locale.ROOT, "at %-22s %5.1f s", where, took.toMillis() / 1000.0));
            }

            @Override
            public void waiting(String why) {
                screen.timed(Tone.QUIET, why);
            }
        };
    }

    private void ready(String what, String how) {
        synchronized (pending) {
            pending.remove(what);
            screen.timed(Tone.QUIET, String.format(Locale.ROOT, "%2d of %d  %-22s ready %s", parts - pending.size(), parts, what, how));
            screen.waiting(pending.isEmpty() ? "" : "starting " + String.join(", ", pending));
        }
    }

    /// From now on what ends unasked is told of and started again, and `./slipway restart` is heard.
    public void supervise() {
        local.kept().forEach(supervisor::keep);
        control = Control.open(home, supervisor);
    }

    public Ports ports() {
        return ports;
    }

    public Local local() {
        return local;
    }

    public Estate estate() {
        return estate;
    }

    /// For whoever plays on it.
    public Stage stage() {
        return new Stage(
                ports,
                Map.of("bootstrap.servers", local.broker().address()),
                ports.url(For.REGISTRY),
                estate.site(),
                estate.warehouse());
    }

    /// When something does not let go (a database that hangs), the machine is given back anyway: everything survives a kill, and the
    /// next start ends what this one left behind.
    private void closeInTime() {
        Thread closing = Thread.ofPlatform().daemon().name("closing").start(this::close);
        try {
            if (!closing.join(STOPPING)) {
                screen.timed(Tone.BAD, "something does not stop; leaving it. The next start clears it away");
                Runtime.getRuntime().halt(1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        screen.waiting("stopping");
        if (control != null) {
            control.close();
        }
        supervisor.close();
        // Services first: they are in the middle of something that needs the estate.
        local.stopServices();
        estate.close();
        local.close();
        home.close();
        screen.waiting("");
        screen.timed(Tone.QUIET, "stopped; the data are kept in " + home.directory());
        screen.close();
    }
}
