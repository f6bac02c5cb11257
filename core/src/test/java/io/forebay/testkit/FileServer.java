// SPDX-License-Identifier: Apache-2.0
package io.forebay.testkit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A web server of files in memory that can misbehave: each request, counted from 0, is answered in a way that a test chooses. */
public final class FileServer implements AutoCloseable {
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d+)");

    /** Ways to answer. */
    public enum Manner {
        WELL,
        WITHOUT_RANGES,
        FORBIDDEN,
        SERVER_ERROR,
        SLOW_DOWN,
        /** Half of the body, then the connection breaks. */
        BROKEN_BODY,
        /** A shorter body, honestly announced. */
        SHORT_BODY,
        /** The head and nothing more. */
        STALLED_BODY,
        /** Nothing at all. */
        SILENT,
        /** The bytes of another range, said to be so. */
        OTHER_RANGE,
        /** A body longer than the range that it is said to be. */
        LONG_BODY,
        /** No answer, but an end of the connection. */
        HANG_UP
    }

    private static final class File {
        final byte[] content;
        final String etag;

        File(byte[] content, String etag) {
            this.content = content;
            this.etag = etag;
        }
    }

    private final ServerSocket server;
    private final Map<String, File> files = new ConcurrentHashMap<>();
    private final Set<Closeable> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger versions = new AtomicInteger();
    private volatile IntFunction<Manner> manners = request -> Manner.WELL;
    private volatile String validator = "ETag";
    private volatile long delayMillis;
    private volatile boolean wholeOnly;

    public FileServer() throws IOException {
        server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        start("file-server", this::accept);
    }

    /** Makes or replaces a file, and returns its address. */
    public String put(String path, byte[] content) {
        files.put(path, new File(content, "\"v" + versions.incrementAndGet() + "\""));
        return "http://" + server.getInetAddress().getHostAddress() + ":" + server.getLocalPort() + "/"
                + path.replace("%", "%25").replace(" ", "%20");
    }

    public void delete(String path) {
        files.remove(path);
    }

    /** Waits so long before each answer, as a distant server would. */
    public void delay(Duration delay) {
        delayMillis = delay.toMillis();
    }

    /** From now on the requests, counted from 0, are answered in these ways. */
    public void answer(IntFunction<Manner> ways) {
        requests.set(0);
        manners = ways;
    }

    /** Sends versions in this header field. */
    public void validateBy(String field) {
        validator = field;
    }

    /** Answers every request with the whole file from now on. */
    public void giveWholeFiles() {
        wholeOnly = true;
    }

    /** Requests since {@link #answer}. */
    public int requests() {
        return requests.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                connections.add(socket);
                start("file-server-connection", () -> serve(socket));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            for (Map<String, String> head = readHead(in); !head.isEmpty(); head = readHead(in)) {
                if (!answer(head, out)) {
                    return;
                }
            }
        } catch (IOException e) {
            // the client went away
        } finally {
            connections.remove(socket);
        }
    }

    /** The header fields by their names in lower case, the path under {@code :path}; empty at the end of the connection. */
    private static Map<String, String> readHead(InputStream in) throws IOException {
        Map<String, String> head = new HashMap<>();
        String line = readLine(in);
        if (!line.isEmpty()) {
            head.put(":path", line.substring(line.indexOf('/') + 1, line.lastIndexOf(' ')));
        }
        for (String field = line; !field.isEmpty(); field = readLine(in)) {
            int colon = field.indexOf(':');
            if (colon > 0 && !field.equals(line)) {
                head.put(
                        field.substring(0, colon).toLowerCase(Locale.ROOT),
                        field.substring(colon + 1).trim());
            }
        }
        return head;
    }

    private static String readLine(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            line.write(next);
        }
        return line.toString(StandardCharsets.ISO_8859_1).trim();
    }

    /** Whether the connection stays open. */
    private boolean answer(Map<String, String> head, OutputStream out) throws IOException {
        Manner manner = manners.apply(requests.getAndIncrement());
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(delayMillis));
        File file = files.get(URLDecoder.decode(head.get(":path"), StandardCharsets.UTF_8));
        switch (manner) {
            case HANG_UP -> {
                return false;
            }
            case SILENT -> {
                pause();
                return false;
            }
            case FORBIDDEN -> send(out, "403 Forbidden", "", "no".getBytes(StandardCharsets.UTF_8));
            case SERVER_ERROR -> send(out, "500 Internal Server Error", "", new byte[100]);
            case SLOW_DOWN -> send(out, "503 Slow Down", "", new byte[100]);
            default -> {
                if (file == null) {
                    send(out, "404 Not Found", "", new byte[10]);
                } else if (head.containsKey("if-match") && !head.get("if-match").equals(file.etag)) {
                    send(out, "412 Precondition Failed", "", new byte[0]);
                } else {
                    return sendFile(manner, file, head.get("range"), out);
                }
            }
        }
        return true;
    }

    private boolean sendFile(Manner manner, File file, String range, OutputStream out) throws IOException {
        String tag = validator.equals("ETag") ? file.etag : file.etag.replace("\"", "");
        String version = validator + ": " + tag + "\r\n";
        Matcher asked = RANGE.matcher(String.valueOf(range));
        if (!asked.matches() || wholeOnly || manner == Manner.WITHOUT_RANGES) {
            return sendBody(manner, "200 OK", version, file.content, out);
        }
        int shift = manner == Manner.OTHER_RANGE ? 1 : 0;
        int first = Math.max(0, Integer.parseInt(asked.group(1)) - shift);
        int last = Math.min(file.content.length, Integer.parseInt(asked.group(2)) + 1) - 1 - shift;
        if (first >= file.content.length) {
            send(
                    out,
                    "416 Range Not Satisfiable",
                    "Content-Range: bytes */" + file.content.length + "\r\n",
                    new byte[0]);
            return true;
        }
        String fields = version + "Content-Range: bytes " + first + "-" + last + "/" + file.content.length + "\r\n";
        byte[] body = Arrays.copyOfRange(file.content, first, last + 1);
        return sendBody(manner, "206 Partial Content", fields, body, out);
    }

    private boolean sendBody(Manner manner, String status, String fields, byte[] body, OutputStream out)
            throws IOException {
        switch (manner) {
            case BROKEN_BODY -> {
                sendHead(out, status, fields, body.length);
                out.write(body, 0, body.length / 2);
                return false;
            }
            case STALLED_BODY -> {
                sendHead(out, status, fields, body.length);
                pause();
                return false;
            }
            case SHORT_BODY -> send(out, status, fields, Arrays.copyOf(body, body.length / 2));
            case LONG_BODY -> send(out, status, fields, Arrays.copyOf(body, body.length + 10));
            default -> send(out, status, fields, body);
        }
        return true;
    }

    private static void send(OutputStream out, String status, String fields, byte[] body) throws IOException {
        sendHead(out, status, fields, body.length);
        out.write(body);
    }

    private static void sendHead(OutputStream out, String status, String fields, int bodyBytes) throws IOException {
        String head = "HTTP/1.1 " + status + "\r\n" + fields + "Content-Length: " + bodyBytes + "\r\n\r\n";
        out.write(head.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Until the server is closed. */
    private synchronized void pause() throws IOException {
        try {
            while (!server.isClosed()) {
                wait();
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Override
    public synchronized void close() {
        try {
            server.close();
            for (Closeable connection : connections) {
                connection.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        notifyAll();
    }
}
