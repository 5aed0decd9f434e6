package slipway.release;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Some clients that ask on and on, each for itself and no faster than a person would wait. It ends by itself.
final class Load implements AutoCloseable {

    private static final int CLIENTS = 4;
    private static final int MOST = 80_000;
    private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    /// @param client who asked
    /// @param status 0: no answer at all
    /// @param said the answer, or why there was none
    record Answer(int client, int status, String said) {}

    private final List<Answer> answers = Collections.synchronizedList(new ArrayList<>());

    private final List<Thread> clients = new ArrayList<>();
    private volatile boolean over;

    Load(URI url) {
        for (int i = 0; i < CLIENTS; i++) {
            int client = i;
            clients.add(Thread.ofPlatform().start(() -> ask(client, url)));
        }
    }

    private void ask(int client, URI url) {
        try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            HttpRequest request = HttpRequest.newBuilder(url).build();
            for (int i = 0; i < MOST / CLIENTS && !over; i++) {
                try {
                    var answer = http.send(request, BodyHandlers.ofString());
                    answers.add(new Answer(client, answer.statusCode(), answer.body()));
                } catch (IOException e) {
                    answers.add(new Answer(client, 0, e.toString()));
                }
                LockSupport.parkNanos(EVERY_NANOS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// So far, in the order in which they came.
    List<Answer> answers() {
        synchronized (answers) {
            return List.copyOf(answers);
        }
    }

    int size() {
        return answers.size();
    }

    List<Answer> of(int client) {
        return answers().stream().filter(answer -> answer.client() == client).toList();
    }

    static int clients() {
        return CLIENTS;
    }

    @Override
    public void close() {
        over = true;
        for (Thread client : clients) {
            try {
                client.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
