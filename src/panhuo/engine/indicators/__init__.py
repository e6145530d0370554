"""Figures and lists from the register: conversion ledger, supply list, conversion list."""
