// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal.prepare;

import io.forebay.inference.prepare.Step.DatePart.Part;

/** Parts of times, by the proleptic Gregorian calendar, without making objects. */
final class DateParts {
    static final long SECONDS_PER_DAY = 86_400;

    private static final int DAYS_PER_ERA = 146_097; // 400 years
    private static final int DAYS_PER_CENTURY = 36_524;
    private static final int DAYS_PER_FOUR_YEARS = 1_461;
    private static final int DAYS_PER_YEAR = 365;

    /** From 0000-03-01, with which eras begin here so that a leap day ends its year, to 1970-01-01. */
    private static final int DAYS_TO_EPOCH = 719_468;

    private DateParts() {}

    /** @param second of the day */
    static long of(Part part, long epochDay, long second) {
        return switch (part) {
            case YEAR -> year(epochDay);
            case MONTH -> month(epochDay);
            case DAY -> day(epochDay);
            case DAY_OF_WEEK -> Math.floorMod(epochDay + 3, 7L) + 1;
            case DAY_OF_YEAR -> epochDay - firstOfYear(year(epochDay)) + 1;
            case HOUR -> second / 3600;
            case MINUTE -> second / 60 % 60;
            case SECOND -> second % 60;
            case EPOCH_DAY -> epochDay;
        };
    }

    private static int dayOfEra(long epochDay) {
        return (int) Math.floorMod(epochDay + DAYS_TO_EPOCH, (long) DAYS_PER_ERA);
    }

    /** The leap day that would begin a fifth year, or a fifth century, belongs to the last one. */
    private static int yearOfEra(int dayOfEra) {
        return (dayOfEra
                        - dayOfEra / (DAYS_PER_FOUR_YEARS - 1)
                        + dayOfEra / DAYS_PER_CENTURY
                        - dayOfEra / (DAYS_PER_ERA - 1))
                / DAYS_PER_YEAR;
    }

    /** From March 1. */
    private static int dayOfMarchYear(int dayOfEra) {
        int year = yearOfEra(dayOfEra);
        return dayOfEra - (DAYS_PER_YEAR * year + year / 4 - year / 100);
    }

    /** From March, which is 0. Five months from March, and from August, have 153 days. */
    private static int marchMonth(int dayOfMarchYear) {
        return (5 * dayOfMarchYear + 2) / 153;
    }

    private static long year(long epochDay) {
        int dayOfEra = dayOfEra(epochDay);
        long era = Math.floorDiv(epochDay + DAYS_TO_EPOCH, (long) DAYS_PER_ERA);
        int turned = marchMonth(dayOfMarchYear(dayOfEra)) >= 10 ? 1 : 0;
        return 400 * era + yearOfEra(dayOfEra) + turned;
    }

    private static int month(long epochDay) {
        int month = marchMonth(dayOfMarchYear(dayOfEra(epochDay)));
        return month < 10 ? month + 3 : month - 9;
    }

    private static int day(long epochDay) {
        int day = dayOfMarchYear(dayOfEra(epochDay));
        return day - (153 * marchMonth(day) + 2) / 5 + 1;
    }

    private static long firstOfYear(long year) {
        long before = year - 1;
        return DAYS_PER_YEAR * before
                + Math.floorDiv(before, 4L)
                - Math.floorDiv(before, 100L)
                + Math.floorDiv(before, 400L)
                - 719_162; // days from 0001-01-01 to 1970-01-01
    }
}
