namespace AgentRuntime.Cli.Output;

/// <summary>What a piece of text means; a terminal gives it a colour.</summary>
internal enum Tone
{
    /// <summary>Nothing special.</summary>
    Normal,

    /// <summary>A title or a name that matters.</summary>
    Strong,

    /// <summary>Beside the point.</summary>
    Dim,

    /// <summary>As it should be.</summary>
    Good,

    /// <summary>Worth a look.</summary>
    Warn,

    /// <summary>Wrong.</summary>
    Bad,
}
