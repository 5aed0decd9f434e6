package slipway.launcher;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import slipway.launcher.Screen.Tone;
import slipway.launcher.demo.Stage;
import slipway.launcher.estate.Estate;
import slipway.launcher.local.Home;
import slipway.launcher.local.Layout;
import slipway.launcher.local.Local;
import slipway.launcher.local.Ports;
import slipway.launcher.local.Ports.For;
import slipway.launcher.local.Trouble;

/// Slipway and its small estate, running on this machine.
public final class Running implements AutoCloseable {

    private static final Duration STOPPING = Duration.ofSeconds(60);

    private final Home home;
    private final Ports ports;
    private final Local local;
    private final Estate estate;
    private final Screen screen;
    private boolean closed;

    private Running(Home home, Ports ports, Local local, Estate estate, Screen screen) {
        this.home = home;
        this.ports = ports;
        this.local = local;
        this.estate = estate;
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
            Estate estate = new Estate(home, local, ports, examples);
            ports.mustBeFree(layout::count);
            running = new Running(home, ports, local, estate, screen);
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

    private void begin() {
        screen.waiting("starting the estate, Kafka, PostgreSQL and the services");
        CompletableFuture<Void> stage = CompletableFuture.runAsync(() -> {
            estate.start();
            screen.timed(Tone.QUIET, "estate ready: seven web servers, one database");
        });
        RuntimeException failure = null;
        try {
            local.start(estate.papers(), this::ready);
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
        if (failure != null) {
            throw failure;
        }
        screen.waiting("");
    }

    private void ready(String what, String where, Duration took) {
        String text = String.format(Locale.ROOT, "%-22s ready at %-22s %5.1f s", what, where, took.toMillis() / 1000.0);
        screen.timed(Tone.QUIET, text);
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
