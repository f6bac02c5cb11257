// SPDX-License-Identifier: Apache-2.0
/** Metrics of runs and contexts, for Micrometer. */
package io.forebay.micrometer;
