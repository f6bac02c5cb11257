// SPDX-License-Identifier: Apache-2.0
package io.forebay.cli;

import io.forebay.ColumnPath;
import io.forebay.Dataset;
import io.forebay.Forebay;
import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.Place;
import io.forebay.Profile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code forebay profile}: what the columns hold. */
@Command(name = "profile", description = "Sums up each column: counts, extremes, sums, missing values.")
final class ProfileCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "PATH|@LISTFILE",
            arity = "1..*",
            description = "Files, folders, globs or URIs; @FILE names a file with one path a line.")
    private List<String> paths;

    @Option(names = "--each", description = "Profile every file on its own, going on after an error.")
    private boolean each;

    @Option(names = "--json", description = "Print JSON: one object, or with --each one a line.")
    private boolean asJson;

    @Option(names = "--columns", paramLabel = "A,B.C", description = "Columns; all unless given.")
    private @Nullable String columns;

    @Option(names = "--top", paramLabel = "N", description = "Also count the N most frequent values of each column.")
    private int top;

    @Mixin
    private StorageOptions stores;

    @Override
    public Integer call() throws IOException {
        List<String> locations = expanded();
        try (Forebay forebay = stores.forebay().build()) {
            if (each) {
                return profileEach(forebay, locations);
            }
            Profile profile = profile(forebay, locations);
            if (asJson) {
                Output.printJson(json -> ProfileJson.write(json, profile));
            } else {
                print(ProfileTable.of(profile));
            }
            return 0;
        }
    }

    private int profileEach(Forebay forebay, List<String> locations) throws IOException {
        int status = 0;
        for (String location : locations) {
            try {
                Profile profile = profile(forebay, List.of(location));
                if (asJson) {
                    Output.printJson(json -> ProfileJson.writeFile(json, location, profile));
                } else {
                    print(location + "\n" + ProfileTable.of(profile) + "\n");
                }
            } catch (ForebayException e) {
                status = Main.FAILED;
                if (asJson) {
                    Output.printJson(json -> ProfileJson.writeError(json, location, e));
                } else {
                    Main.complain(System.err, e);
                }
            }
        }
        return status;
    }

    private Profile profile(Forebay forebay, List<String> locations) {
        Dataset dataset = forebay.dataset(locations);
        return (columns == null ? dataset : dataset.select(ColumnPath.parseList(columns))).profile(top);
    }

    private List<String> expanded() {
        List<String> locations = new ArrayList<>();
        for (String path : paths) {
            if (!path.startsWith("@") || Files.exists(Path.of(path))) {
                locations.add(path);
                continue;
            }
            locations.addAll(linesOf(path.substring(1)));
        }
        return locations;
    }

    private static List<String> linesOf(String file) {
        Place place = Place.of(file);
        List<String> lines;
        try {
            lines = Files.readAllLines(Path.of(file)).stream()
                    .filter(line -> !line.isEmpty())
                    .toList();
        } catch (NoSuchFileException e) {
            throw new ForebayException(Kind.IO, "list file must exist", place, e);
        } catch (IOException e) { // malformed text, too
            throw new ForebayException(Kind.IO, "list file must be readable UTF-8 text: " + e.getMessage(), place, e);
        }
        if (lines.isEmpty()) {
            throw ForebayException.io("list file must name at least one path").at(place);
        }
        return lines;
    }

    private static void print(String text) throws IOException {
        OutputStream out = Output.standard();
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
