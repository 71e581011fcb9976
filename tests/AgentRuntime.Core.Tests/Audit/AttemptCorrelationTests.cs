using AgentRuntime.Audit;
using AgentRuntime.Names;

namespace AgentRuntime.Core.Tests.Audit;

/// <summary>The derivation is frozen: it stands in logs of secret managers that outlive a release. The values were computed by another implementation.</summary>
public sealed class AttemptCorrelationTests
{
    [Theory]
    [InlineData("run_01jdz3k5m7n9p1r3t5v7x9z1b3", "find", 1, "6ffb7b19-c9f7-8517-a5ff-9f3dd1c99acc")]
    [InlineData("run_01jdz3k5m7n9p1r3t5v7x9z1b3", "find", 2, "6b819c17-1eee-8cd6-83d8-4b55bec1e67d")]
    [InlineData("run_01jdz3k5m7n9p1r3t5v7x9z1b3", "remind_each[2].send", 1, "0f2ec68a-4fe8-8d7d-b618-136eebac7f86")]
    [InlineData("run_1", "1find", 1, "8a04f566-3488-8f86-b588-2bc8b3281082")]
    [InlineData("run_11", "find", 1, "3d9bcc15-ca0b-8910-99a4-e8f7d4f45a00")]
    public void Is_what_it_always_was(string run, string step, int attempt, string expected) =>
        Assert.Equal(expected, AttemptCorrelation.Of(new RunId(run), new StepPath(step), attempt).ToString());

    [Fact]
    public void Says_by_its_version_that_it_is_no_random_id()
    {
        var id = AttemptCorrelation.Of(new RunId("run_2"), new StepPath("a"), 7);
        Assert.Equal((8, 8), (id.Version, id.Variant & 0xc));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Refuses_an_attempt_that_cannot_be(int attempt) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => AttemptCorrelation.Of(new RunId("run_1"), new StepPath("a"), attempt));
}
