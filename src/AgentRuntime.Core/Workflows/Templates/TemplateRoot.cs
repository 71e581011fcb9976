namespace AgentRuntime.Workflows.Templates;

/// <summary>What a reference begins with.</summary>
public enum TemplateRoot
{
    /// <summary><c>input</c>: the run's input.</summary>
    Input,

    /// <summary><c>steps.ID.result</c>: what a step gave.</summary>
    StepResult,

    /// <summary><c>steps.ID.input</c>: what a step was given.</summary>
    StepInput,

    /// <summary><c>item</c>: the item of the innermost loop.</summary>
    Item,

    /// <summary><c>index</c>: its place, from 0.</summary>
    Index,

    /// <summary><c>body.ID</c>: what a step of the same iteration gave.</summary>
    Body,

    /// <summary><c>run.FIELD</c>: facts about the run.</summary>
    Run,
}
