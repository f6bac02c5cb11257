// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.local;

import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.Place;
import io.forebay.SourceChangedException;
import io.forebay.spi.OutputFolder;
import io.forebay.spi.RangeReader;
import io.forebay.spi.StorageObject;
import io.forebay.spi.WritableStorage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Files of the machine: plain paths, {@code file:} URIs, folders and globs. Thread-safe. */
public final class LocalStorage implements WritableStorage {
    private static final Pattern OTHER_SCHEME = Pattern.compile("(?!file:)[a-zA-Z][a-zA-Z0-9+.-]+:.*", Pattern.DOTALL);
    private static final Pattern GLOB = Pattern.compile("[*?\\[{]");

    /** Null where files may change. */
    private final @Nullable MappedFiles mappings;

    /** Files that may change at any time: they are read, never mapped. */
    public LocalStorage() {
        this(false);
    }

    /** @param mappable whether the caller vouches that no file changes while it is read */
    public LocalStorage(boolean mappable) {
        this.mappings = mappable ? new MappedFiles() : null;
    }

    @Override
    public boolean handles(String location) {
        return !OTHER_SCHEME.matcher(location).matches();
    }

    @Override
    public List<StorageObject> list(String location) {
        try {
            return listPath(toPath(location), location);
        } catch (IOException | UncheckedIOException e) {
            throw new ForebayException(Kind.IO, "location must be readable: " + e, Place.of(location), e);
        } catch (PatternSyntaxException e) {
            throw new ForebayException(
                    Kind.IO, "a glob must be well-formed: " + e.getDescription(), Place.of(location), e);
        } catch (IllegalArgumentException e) { // no path or no URI
            throw new ForebayException(
                    Kind.IO, "location must be a path, a glob or a file URI: " + e, Place.of(location), e);
        }
    }

    private static List<StorageObject> listPath(Path path, String location) throws IOException {
        if (Files.isRegularFile(path)) {
            return List.of(describe(path, path.getFileName()));
        }
        if (Files.isDirectory(path)) {
            return below(path, file -> true, location);
        }
        if (GLOB.matcher(location).find()) {
            PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + path);
            return below(globRoot(path), matcher::matches, location);
        }
        throw ForebayException.io("file must exist").at(Place.of(location));
    }

    @Override
    public RangeReader open(StorageObject object) {
        Path path = toPath(object.uri());
        try {
            StorageObject now = describe(path, path.getFileName());
            if (now.sizeBytes() != object.sizeBytes() || !now.version().equals(object.version())) {
                throw new SourceChangedException(
                        "file must not change while it is in use: listed " + object.sizeBytes() + " bytes of "
                                + object.version() + ", now " + now.sizeBytes() + " bytes of " + now.version(),
                        Place.of(object.uri()));
            }
            return new LocalRangeReader(object, path, mappings);
        } catch (NoSuchFileException e) {
            throw new ForebayException(Kind.IO, "file must exist", Place.of(object.uri()), e);
        } catch (IOException e) {
            throw new ForebayException(Kind.IO, "file must be readable: " + e, Place.of(object.uri()), e);
        }
    }

    @Override
    public OutputFolder openOutput(String location, boolean resume) {
        try {
            return LocalOutputFolder.open(toPath(location), resume);
        } catch (IOException e) {
            throw new ForebayException(Kind.IO, "output folder must be writable: " + e, Place.of(location), e);
        } catch (IllegalArgumentException e) { // no path or no URI
            throw new ForebayException(Kind.IO, "location must be a path or a file URI: " + e, Place.of(location), e);
        }
    }

    /** Where a listed file lies. */
    public Path path(StorageObject object) {
        return toPath(object.uri());
    }

    @Override
    public void close() {
        if (mappings != null) {
            mappings.close();
        }
    }

    private static Path toPath(String location) {
        return location.startsWith("file:") ? Path.of(URI.create(location)) : Path.of(location);
    }

    private static List<StorageObject> below(Path folder, Predicate<Path> wanted, String location) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw ForebayException.io("file must exist").at(Place.of(location));
        }
        List<Path> files;
        try (Stream<Path> walk = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
            files = walk.filter(path -> isData(folder.relativize(path)) && wanted.test(path))
                    .filter(Files::isRegularFile)
                    .sorted(Comparator.comparing(LocalStorage::slashed))
                    .toList();
        }
        if (files.isEmpty()) {
            throw ForebayException.io("at least one data file must match: files=0")
                    .at(Place.of(location));
        }
        List<StorageObject> objects = new ArrayList<>(files.size());
        for (Path file : files) {
            objects.add(describe(file, folder.relativize(file)));
        }
        return objects;
    }

    /** The deepest folder of a glob's path that has no wildcard. */
    private static Path globRoot(Path glob) {
        Path root = glob.isAbsolute() ? glob.getRoot() : Path.of("");
        for (Path name : glob) {
            if (GLOB.matcher(name.toString()).find()) {
                break;
            }
            root = root.resolve(name);
        }
        return root;
    }

    private static boolean isData(Path relative) {
        for (Path name : relative) {
            if (name.toString().startsWith("_") || name.toString().startsWith(".")) {
                return false;
            }
        }
        return true;
    }

    static StorageObject describe(Path file, Path relative) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return new StorageObject(
                file.toString(),
                slashed(relative),
                attributes.size(),
                attributes.lastModifiedTime().toString());
    }

    private static String slashed(Path path) {
        return path.toString().replace(path.getFileSystem().getSeparator(), "/");
    }
}
