using System.Text;

namespace AgentRuntime.Workflows.Clean;

/// <summary>The string literals of a JMESPath expression, put together as a call of <c>join</c> would.</summary>
internal static class ExpressionLiterals
{
    /// <summary>All literals in quotes or backticks, in order.</summary>
    public static string Join(string expression)
    {
        var joined = new StringBuilder();
        for (var i = 0; i < expression.Length; i++)
        {
            if (expression[i] is not ('\'' or '`' or '"') || expression.IndexOf(expression[i], i + 1) is not (> 0 and var end))
            {
                continue;
            }

            joined.Append(expression.AsSpan(i + 1, end - i - 1).Trim('"'));
            i = end;
        }

        return joined.ToString();
    }
}
