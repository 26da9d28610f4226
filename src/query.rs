//! A question → an answer with reasons and citations.
