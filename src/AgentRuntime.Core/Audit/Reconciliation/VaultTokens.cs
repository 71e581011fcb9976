namespace AgentRuntime.Audit.Reconciliation;

/// <summary>The tokens that the runtime had made, as the log tells of them: by their hashed form, which is all that stands in a log.</summary>
internal sealed class VaultTokens
{
    private readonly Dictionary<string, VaultToken> _byToken = new(StringComparer.Ordinal);
    private readonly Dictionary<string, VaultToken> _byAccessor = new(StringComparer.Ordinal);

    /// <summary>Notes a token that says what it is for.</summary>
    public void Note(string? token, string? accessor, AttemptClaim? claim)
    {
        if (claim is null || token is null || _byToken.ContainsKey(token))
        {
            return;
        }

        var noted = new VaultToken(accessor, claim);
        _byToken.Add(token, noted);
        if (accessor is not null)
        {
            _byAccessor[accessor] = noted;
        }
    }

    /// <summary>The token, if it was noted.</summary>
    public VaultToken? Find(string? token) => token is null ? null : _byToken.GetValueOrDefault(token);

    /// <summary>Notes that a token was revoked.</summary>
    public void Revoke(string? token, string? accessor, DateTimeOffset time)
    {
        var found = Find(token) ?? (accessor is null ? null : _byAccessor.GetValueOrDefault(accessor));
        if (found is not null)
        {
            found.RevokedAt ??= time;
        }
    }
}

/// <summary>A token that the runtime had made.</summary>
internal sealed class VaultToken(string? accessor, AttemptClaim claim)
{
    public string? Accessor { get; } = accessor;

    public AttemptClaim Claim { get; } = claim;

    public DateTimeOffset? RevokedAt { get; set; }
}
