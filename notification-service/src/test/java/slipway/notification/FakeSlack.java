package slipway.notification;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A workspace that answers as Slack's documentation says: 200 with `ok: false` for what it does not like or is too large, 429 with `Retry-After` for too
/// much.
final class FakeSlack implements AutoCloseable {

    static final String TOKEN = "xoxb-the-secret";

    private static final JsonMapper JSON = new JsonMapper();

    private final HttpServer server;
    private final Map<String, String> channels = Map.of("#releases", "C0000000001", "#ops", "C0000000002", "U012345678", "D0000000001");
    private final Map<String, Message> messages = new LinkedHashMap<>();
    private final List<Call> calls = new ArrayList<>();
    private final List<JsonNode> responses = new ArrayList<>();
    private long last = 1_700_000_000_000_000L;
    private Function<Call, @Nullable Reply> mood = _ -> null;
    private final Map<String, Instant> free = new HashMap<>();
    private int burst = Integer.MAX_VALUE;
    private int limited;
    private boolean undeletable;

    /// @param method such as `chat.postMessage`
    record Call(String method, JsonNode body) {

        /// In whatever block.
        String texts() {
            StringBuilder texts = new StringBuilder();
            collect(body.path("blocks"), texts);
            return texts.toString();
        }

        private static void collect(JsonNode node, StringBuilder texts) {
            node.properties().stream()
                    .filter(each -> each.getKey().equals("text") && each.getValue().isString())
                    .forEach(each -> texts.append(each.getValue().asString()).append('\n'));
            node.forEach(each -> collect(each, texts));
        }
    }

    /// Instead of what Slack would say.
    record Reply(int status, String body, Map<String, String> headers) {

        static Reply error(String error) {
            return new Reply(200, "{\"ok\":false,\"error\":\"" + error + "\"}", Map.of());
        }

        static Reply limited(String retryAfter) {
            return new Reply(429, "{\"ok\":false,\"error\":\"ratelimited\"}", Map.of("Retry-After", retryAfter));
        }
    }

    /// A message as people see it.
    ///
    /// @param thread ts of the message that it replies to; empty: none
    /// @param edits how often it was changed
    record Message(String channel, String ts, String thread, Call call, int edits) {}

    FakeSlack() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/api/", this::api);
        server.createContext("/response/", this::response);
        server.start();
    }

    URI api() {
        return uri("/api");
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    /// @param mood what it answers instead of what it should; null: what it should
    synchronized void mood(Function<Call, @Nullable Reply> mood) {
        this.mood = mood;
    }

    /// From now on it takes one post a second to one channel, and a burst of so many, as Slack does.
    synchronized void takesOneASecond(int burst) {
        this.burst = burst;
    }

    /// The workspace lets nobody delete messages any more.
    synchronized void letsNobodyDelete() {
        undeletable = true;
    }

    /// How often it said 429 of its own accord.
    synchronized int limited() {
        return limited;
    }

    /// Somebody deletes a message.
    synchronized void delete(String ts) {
        messages.remove(ts);
    }

    synchronized List<Call> calls() {
        return List.copyOf(calls);
    }

    /// Those that are not replies.
    synchronized List<Message> roots() {
        return messages.values().stream().filter(each -> each.thread().isEmpty()).toList();
    }

    synchronized List<Message> thread(String ts) {
        return messages.values().stream().filter(each -> each.thread().equals(ts)).toList();
    }

    /// What was sent to a `response_url`.
    synchronized List<JsonNode> responses() {
        return List.copyOf(responses);
    }

    private synchronized void response(HttpExchange exchange) throws IOException {
        responses.add(JSON.readTree(exchange.getRequestBody()));
        send(exchange, 200, "ok", Map.of());
    }

    private synchronized void api(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        Call call = new Call(path.substring("/api/".length()), JSON.readTree(exchange.getRequestBody()));
        calls.add(call);
        if (!("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            send(exchange, 200, "{\"ok\":false,\"error\":\"invalid_auth\"}", Map.of());
            return;
        }
        Reply moody = mood.apply(call);
        if (moody != null) {
            send(exchange, moody.status(), moody.body(), moody.headers());
        } else if (isTooMuch(call)) {
            limited++;
            Reply reply = Reply.limited("1");
            send(exchange, reply.status(), reply.body(), reply.headers());
        } else {
            send(exchange, 200, answer(call), Map.of());
        }
    }

    private boolean isTooMuch(Call call) {
        if (!call.method().equals("chat.postMessage") || burst == Integer.MAX_VALUE) {
            return false;
        }
        String channel = call.body().path("channel").asString("");
        Instant now = Instant.now();
        Instant next = free.getOrDefault(channels.getOrDefault(channel, channel), Instant.MIN);
        Instant from = next.isAfter(now) ? next : now;
        if (Duration.between(now, from).compareTo(Duration.ofSeconds(burst)) >= 0) {
            return true;
        }
        free.put(channels.getOrDefault(channel, channel), from.plusSeconds(1));
        return false;
    }

    /// What it does not take of a message, by its documented limits; null: nothing.
    private static @Nullable String tooLarge(JsonNode body) {
        if (body.path("text").asString("").length() > 40_000) {
            return "msg_too_long";
        }
        JsonNode blocks = body.path("blocks");
        boolean valid = blocks.size() <= 50
                && blocks.valueStream().allMatch(block -> block.at("/text/text").asString("").length() <= 3_000
                        && block.path("elements").valueStream().allMatch(each -> each.path("value").asString("").length() <= 2_000
                                && each.path("text").asString("").length() <= 3_000));
        return valid ? null : "invalid_blocks";
    }

    private String answer(Call call) {
        JsonNode body = call.body();
        String fault = tooLarge(body);
        if (fault != null) {
            return "{\"ok\":false,\"error\":\"" + fault + "\"}";
        }
        String wanted = body.path("channel").asString("");
        String channel = channels.containsValue(wanted) ? wanted : call.method().equals("chat.postMessage") ? channels.get(wanted) : null;
        if (channel == null) {
            return "{\"ok\":false,\"error\":\"channel_not_found\"}";
        }
        String ts = body.path("ts").asString("");
        return switch (call.method()) {
            case "chat.update" -> {
                Message before = messages.get(ts);
                if (before == null || !before.channel().equals(channel)) {
                    yield "{\"ok\":false,\"error\":\"message_not_found\"}";
                }
                messages.put(ts, new Message(channel, ts, before.thread(), call, before.edits() + 1));
                yield done(channel, ts);
            }
            case "chat.postMessage" -> {
                String thread = body.path("thread_ts").asString("");
                if (!thread.isEmpty() && !messages.containsKey(thread)) {
                    yield "{\"ok\":false,\"error\":\"thread_not_found\"}";
                }
                String posted = "%d.%06d".formatted(++last / 1_000_000, last % 1_000_000);
                messages.put(posted, new Message(channel, posted, thread, call, 0));
                yield done(channel, posted);
            }
            case "chat.delete" -> {
                Message before = messages.get(ts);
                if (before == null || !before.channel().equals(channel)) {
                    yield "{\"ok\":false,\"error\":\"message_not_found\"}";
                }
                if (undeletable) {
                    yield "{\"ok\":false,\"error\":\"cant_delete_message\"}";
                }
                messages.remove(ts);
                yield done(channel, ts);
            }
            default -> "{\"ok\":false,\"error\":\"unknown_method\"}";
        };
    }

    private static String done(String channel, String ts) {
        return "{\"ok\":true,\"channel\":\"" + channel + "\",\"ts\":\"" + ts + "\"}";
    }

    private static void send(HttpExchange exchange, int status, String text, Map<String, String> headers) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        headers.forEach((name, value) -> exchange.getResponseHeaders().add(name, value));
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
