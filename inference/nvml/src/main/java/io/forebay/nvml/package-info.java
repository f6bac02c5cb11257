// SPDX-License-Identifier: Apache-2.0
/** What NVIDIA's driver knows of its GPUs, through its management library NVML. */
package io.forebay.nvml;
