"""Optional helpers that ask a language model. Off unless a person starts them; nothing else depends on what they say."""
