// SPDX-License-Identifier: Apache-2.0
package io.forebay.s3;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A store of any number of objects that all have one content, for reading alone: what {@link S3Server} needs seconds for,
 * a page of a listing of a hundred thousand, takes no longer here than one of ten.
 */
final class ManyObjects implements AutoCloseable {
    private static final String TAG = "\"1\"";
    private static final Pattern PARAMETER = Pattern.compile("([^&=]+)=([^&]*)");

    private final NavigableSet<String> keys = new TreeSet<>();
    private final byte[] content;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** @param content of each object */
    ManyObjects(Iterable<String> keys, byte[] content) throws IOException {
        keys.forEach(this.keys::add);
        this.content = content;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/" + S3Server.BUCKET, this::answer);
        server.setExecutor(threads);
        server.start();
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String query = exchange.getRequestURI().getRawQuery();
            if (query != null && query.contains("list-type=2")) {
                byte[] listing = listing(parameters(query)).getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().add("Content-Type", "application/xml");
                exchange.sendResponseHeaders(200, listing.length);
                exchange.getResponseBody().write(listing);
            } else {
                serve(exchange);
            }
        }
    }

    private String listing(Map<String, String> parameters) {
        String prefix = parameters.getOrDefault("prefix", "");
        String delimiter = parameters.get("delimiter");
        int pageKeys = Integer.parseInt(parameters.getOrDefault("max-keys", "1000"));
        String after = parameters.getOrDefault("continuation-token", parameters.getOrDefault("start-after", ""));
        StringBuilder entries = new StringBuilder();
        int count = 0;
        String last = after;
        String key = after.compareTo(prefix) < 0 ? keys.ceiling(prefix) : keys.higher(after);
        while (key != null && key.startsWith(prefix) && count < pageKeys) {
            int folderEnd = delimiter == null ? -1 : key.indexOf(delimiter, prefix.length());
            if (folderEnd < 0) {
                entries.append(
                        "<Contents><Key>%s</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>%s</ETag><Size>%d</Size></Contents>"
                                .formatted(key, TAG, content.length));
                last = key;
            } else {
                String folder = key.substring(0, folderEnd + 1);
                entries.append("<CommonPrefixes><Prefix>%s</Prefix></CommonPrefixes>".formatted(folder));
                last = folder + Character.MAX_VALUE;
            }
            count++;
            key = keys.higher(last);
        }
        boolean more = key != null && key.startsWith(prefix);
        return "<?xml version=\"1.0\"?><ListBucketResult><IsTruncated>%b</IsTruncated>%s%s</ListBucketResult>"
                .formatted(more, more ? "<NextContinuationToken>" + last + "</NextContinuationToken>" : "", entries);
    }

    private void serve(HttpExchange exchange) throws IOException {
        String key = exchange.getRequestURI().getPath().substring(S3Server.BUCKET.length() + 2);
        if (!keys.contains(key)) {
            exchange.sendResponseHeaders(404, -1);
            return;
        }
        exchange.getResponseHeaders().add("ETag", TAG);
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().add("Content-Length", "" + content.length);
            exchange.sendResponseHeaders(200, -1);
            return;
        }
        String range = exchange.getRequestHeaders().getFirst("Range");
        int dash = range.indexOf('-');
        int from = Integer.parseInt(range.substring("bytes=".length(), dash));
        int to = Math.min(Integer.parseInt(range.substring(dash + 1)), content.length - 1);
        exchange.getResponseHeaders().add("Content-Range", "bytes %d-%d/%d".formatted(from, to, content.length));
        exchange.sendResponseHeaders(206, to - from + 1);
        exchange.getResponseBody().write(content, from, to - from + 1);
    }

    private static Map<String, String> parameters(String query) {
        Map<String, String> parameters = new HashMap<>();
        Matcher parameter = PARAMETER.matcher(query);
        while (parameter.find()) {
            parameters.put(parameter.group(1), URLDecoder.decode(parameter.group(2), StandardCharsets.UTF_8));
        }
        return parameters;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
