package slipway.program;

import java.util.Set;

/// A program that goes on, such as a server.
public final class Running implements AutoCloseable {

    private final Process process;
    private final Mark mark;
    private final Said said;

    Running(Process process, Mark mark, Said said) {
        this.process = process;
        this.mark = mark;
        this.said = said;
    }

    public ProcessHandle handle() {
        return process.toHandle();
    }

    public boolean runs() {
        return process.isAlive();
    }

    /// The beginning of what it said on both streams.
    public String said() throws InterruptedException {
        return said.text().strip();
    }

    /// Ends it and all that it started.
    @Override
    public void close() {
        Programs.end(Set.of(process.toHandle()), mark);
    }
}
